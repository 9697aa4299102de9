import { describe, expect, it } from 'vitest';
import { recording } from '../../test/woo/recording.ts';
import { classifyFailure, classifyPage, type FailedAnswer } from './classify-answer.ts';

const now = Date.UTC(2026, 10, 24);

interface Given {
  status: number;
  headers?: Record<string, string>;
  text?: string;
  url?: string;
}

function answer({ status, headers = {}, text = '', url }: Given): FailedAnswer {
  return {
    url: url ?? 'https://shop.example.com/wp-json/wc/v3/customers?per_page=1',
    status,
    header: (name) => headers[name] ?? null,
    text,
  };
}

function recorded(name: string): FailedAnswer {
  const { request, response } = recording(name);
  return answer({
    status: response.status,
    headers: response.headers,
    text: response.body,
    url: `https://127.0.0.1:8446${request.path}`,
  });
}

const json = (code: string, message: string, status?: number) =>
  JSON.stringify({ code, message, data: { status } });
const html = (title: string) => `<!DOCTYPE html><html><head><title>${title}</title></head></html>`;

describe('classifyFailure', () => {
  it.each([
    ['auth-none', 'wrong_key'],
    ['auth-wrong-key', 'wrong_key'],
    ['auth-basic-over-http', 'wrong_key'],
    ['extra-oauth1-unknown-key', 'wrong_key'],
    ['auth-wrong-secret', 'wrong_secret'],
    ['auth-write-only-key', 'key_without_read'],
    ['auth-subscriber-key', 'key_user_not_allowed'],
    ['auth-oauth1-bad-signature', 'bad_signature'],
    ['extra-oauth1-timestamp-20-minutes-old', 'clock_skew'],
    ['extra-oauth1-timestamp-20-minutes-ahead', 'clock_skew'],
    ['more-oauth1-nonce-again', 'nonce_used'],
    ['route-unknown', 'not_woocommerce'],
    ['extra-route-below-post-name', 'not_woocommerce'],
    ['extra-plain-wp-json', 'plain_permalinks'],
    ['customer-not-found', 'not_found'],
    ['customers-page-0', 'bad_request'],
  ])('calls the recorded answer %s %s', (name, code) => {
    expect(classifyFailure(recorded(name), now).code).toBe(code);
  });

  it.each([
    ['429', answer({ status: 429, headers: { 'retry-after': '7' } }), 'rate_limited'],
    ['500', answer({ status: 500, text: html('Error') }), 'store_error'],
    ['501', answer({ status: 501 }), 'store_error'],
    ['502', answer({ status: 502 }), 'store_unavailable'],
    ['508', answer({ status: 508 }), 'store_unavailable'],
    ['522', answer({ status: 522 }), 'store_unavailable'],
    ['408', answer({ status: 408 }), 'store_unavailable'],
    ['503 of WordPress', answer({ status: 503, text: html('Maintenance mode') }), 'maintenance'],
    ['503', answer({ status: 503, text: html('Service Unavailable') }), 'store_unavailable'],
    [
      'a fatal error in JSON',
      answer({ status: 500, text: json('internal_server_error', 'critical error', 500) }),
      'store_error',
    ],
    [
      'translated words',
      answer({
        status: 401,
        text: json(
          'woocommerce_rest_authentication_error',
          'Das Verbrauchergeheimnis ist ungültig.',
        ),
      }),
      'key_refused',
    ],
    [
      'a security plugin',
      answer({ status: 401, text: json('rest_login_required', 'REST API restricted', 401) }),
      'rest_blocked',
    ],
    ['a firewall', answer({ status: 403, text: html('403 Forbidden') }), 'rest_blocked'],
    ['a user agent filter', answer({ status: 455 }), 'rest_blocked'],
    [
      "Cloudflare's challenge",
      answer({ status: 403, headers: { 'cf-mitigated': 'challenge' }, text: html('x') }),
      'captcha',
    ],
    ['a challenge page', answer({ status: 403, text: html('Just a moment...') }), 'captcha'],
    [
      'an error with 200',
      answer({ status: 200, text: json('woocommerce_rest_cannot_view', 'Sorry', 403) }),
      'key_user_not_allowed',
    ],
  ])('calls %s by its name', (_what, given, code) => {
    expect(classifyFailure(given, now).code).toBe(code);
  });

  it('reads Retry-After', () => {
    const limited = answer({ status: 429, headers: { 'retry-after': '7' } });
    expect(classifyFailure(limited, now)).toMatchObject({ status: 429, retryAfterMs: 7_000 });
  });

  it('names only the origin of a redirect', () => {
    const headers = { location: 'https://www.example.com/wp-json/?consumer_secret=cs_1' };
    const error = classifyFailure(answer({ status: 302, headers }), now);
    expect(error).toMatchObject({ code: 'redirected', kind: 'refused', excerpt: null });
    expect(error.message).toContain('(https://www.example.com)');
    expect(error.message).not.toContain('cs_1');
    const lost = answer({ status: 301, headers: { location: 'http://' } });
    expect(classifyFailure(lost, now).code).toBe('redirected');
  });

  it('keeps the words of WordPress as excerpt', () => {
    expect(classifyFailure(recorded('auth-wrong-secret'), now).excerpt).toBe(
      'woocommerce_rest_authentication_error: Consumer secret is invalid.',
    );
  });
});

describe('classifyPage', () => {
  it.each([
    [recorded('extra-plain-wp-json-redirected'), 'plain_permalinks'],
    [answer({ status: 202, headers: { 'sg-captcha': 'challenge' } }), 'captcha'],
    [answer({ status: 200, text: html('Robot Challenge Screen') }), 'captcha'],
    [answer({ status: 200, text: html('Under maintenance') }), 'maintenance'],
    [answer({ status: 200, text: html('My shop, with a <captcha> in a form') }), 'not_json'],
  ])('tells pages apart (%#)', (given, code) => {
    expect(classifyPage(given)?.code).toBe(code);
  });

  it('leaves everything else to the parser', () => {
    expect(classifyPage(answer({ status: 200, text: '[]' }))).toBeNull();
    expect(classifyPage(answer({ status: 200, text: '<br /><b>Warning</b>' }))).toBeNull();
  });
});
