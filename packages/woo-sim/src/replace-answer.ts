import { STATUS_CODES } from 'node:http';
import type { Hit, OtherAnswerFault, ReplacingFault, WireFault } from './faults.ts';
import { phpJson } from './php-json.ts';
import { criticalErrorBody } from './rest-error.ts';
import { captchaPage, maintenancePage, serverErrorPage } from './site-pages.ts';
import type { WireAnswer } from './wire-answer.ts';

const replacing: readonly string[] = [
  'status',
  'wp-die',
  'html200',
  'redirect',
  'empty',
  'never',
  'reset',
  'gzip-bomb',
  'endless-body',
] satisfies ReplacingFault['kind'][];

/** The first fault that replaces the response. */
export function replacement(found: readonly Hit[]): ReplacingFault | undefined {
  return found.find((hit): hit is Hit<ReplacingFault> => replacing.includes(hit.fault.kind))?.fault;
}

/** Whether the fault only affects the wire. */
export function isWireFault(fault: ReplacingFault): fault is WireFault {
  return ['never', 'reset', 'gzip-bomb', 'endless-body'].includes(fault.kind);
}

/** The response of a fault. */
export function replacedAnswer(fault: OtherAnswerFault, nowMs: number): WireAnswer {
  switch (fault.kind) {
    case 'status':
      return statusAnswer(fault, nowMs);
    case 'wp-die':
      return diedAnswer(fault.reason, nowMs);
    case 'html200': {
      const extra: Record<string, string> = fault.captcha ? { 'sg-captcha': 'challenge' } : {};
      return html(
        fault.captcha ? 202 : 200,
        fault.captcha ? captchaPage : maintenancePage,
        nowMs,
        extra,
      );
    }
    case 'redirect':
      return html(fault.status ?? 301, '', nowMs, { location: fault.to });
    case 'empty':
      return {
        status: fault.status ?? 200,
        headers: base(nowMs, 'application/json; charset=UTF-8'),
        body: '',
        sized: true,
      };
  }
}

function statusAnswer(
  fault: Extract<ReplacingFault, { kind: 'status' }>,
  nowMs: number,
): WireAnswer {
  const { status, body = 'json' } = fault;
  const reason = STATUS_CODES[status] ?? 'Error';
  const retryAfter = retryAfterText(fault.retryAfter, nowMs);
  const extra: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  if (body === 'html') return html(status, serverErrorPage(status, reason), nowMs, extra);
  const contentType =
    typeof body === 'object' ? body.contentType : 'application/json; charset=UTF-8';
  const text = typeof body === 'object' ? body.text : phpJson(jsonBody(status, reason));
  return { status, headers: { ...base(nowMs, contentType), ...extra }, body: text };
}

function diedAnswer(reason: 'database' | 'maintenance', nowMs: number): WireAnswer {
  const isUpdate = reason === 'maintenance';
  const status = isUpdate ? 503 : 500;
  const message = isUpdate
    ? 'Briefly unavailable for scheduled maintenance. Check back in a minute.'
    : '<h1>Error establishing a database connection</h1>';
  return {
    status,
    headers: {
      ...base(nowMs, 'application/json; charset=UTF-8'),
      ...(isUpdate && { 'retry-after': '600' }),
    },
    body: phpJson({ code: 'wp_die', message, data: { status }, additional_errors: [] }),
  };
}

function jsonBody(status: number, reason: string): Record<string, unknown> {
  if (status === 500) return criticalErrorBody();
  if (status === 401 || status === 403)
    return {
      code: 'woocommerce_rest_cannot_view',
      message: 'Sorry, you cannot list resources.',
      data: { status },
    };
  const code = reason.toLowerCase().replace(/[^a-z]+/g, '_');
  return { code: `rest_${code}`, message: reason, data: { status } };
}

function retryAfterText(
  value: number | string | { dateInMs: number } | undefined,
  nowMs: number,
): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'object' ? new Date(nowMs + value.dateInMs).toUTCString() : String(value);
}

function html(
  status: number,
  body: string,
  nowMs: number,
  extra: Record<string, string>,
): WireAnswer {
  return { status, headers: { ...base(nowMs, 'text/html; charset=UTF-8'), ...extra }, body };
}

function base(nowMs: number, contentType: string): Record<string, string> {
  return { server: 'nginx', date: new Date(nowMs).toUTCString(), 'content-type': contentType };
}
