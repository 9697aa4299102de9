import { SpanKind } from '@opentelemetry/api';
import { inSpan } from '@mantis-sync/sync-core';
import { logContext } from '@mantis-sync/telemetry';
import type { TRPCError } from '@trpc/server';
import type { Logger } from 'pino';
import { toPublicError } from '../public-error.ts';
import type { ApiMetrics } from './api-metrics.ts';

/** How a procedure ended. */
type Ended = { ok: true } | { ok: false; error: TRPCError };

export interface Call {
  procedure: string;
  type: 'query' | 'mutation' | 'subscription';
}

/** Runs a procedure with its span, log line and timing. */
export type CallObserver = <Result extends Ended>(
  call: Call,
  run: () => Promise<Result>,
) => Promise<Result>;

/** Observes the calls of one HTTP request. Records name, duration and result of a call, never its input. */
export function createCallObserver(
  { log, metrics }: { log: Logger; metrics: ApiMetrics },
  requestId: string,
  headers: Headers,
): CallObserver {
  const parent = headers.get('traceparent');

  return ({ procedure, type }, run) =>
    logContext.run({ requestId, procedure }, () => {
      const attributes = { 'rpc.system': 'trpc', 'rpc.method': procedure };
      return inSpan(
        `trpc ${procedure}`,
        { kind: SpanKind.SERVER, attributes, parent },
        async (span) => {
          const startedAt = performance.now();
          const result = await run();
          const ms = performance.now() - startedAt;
          const { key, code } = result.ok ? { key: 'OK', code: 'ok' } : toPublicError(result.error);
          span.setAttribute('mantis.code', code);
          metrics.procedureDone({ procedure, code: key, seconds: ms / 1000 });
          // Successful reads are frequent and uninteresting.
          const level = type !== 'mutation' && result.ok ? 'debug' : 'info';
          log[level]({ code, ms: Math.round(ms) }, 'called');
          return result;
        },
      );
    });
}

/** From here on, log lines contain the organisation. */
export function recordCaller(orgId: string): void {
  const fields = logContext.getStore();
  if (fields) fields['orgId'] = orgId;
}
