import { AsyncLocalStorage } from 'node:async_hooks';
import { trace } from '@opentelemetry/api';

/** Ids of the current work: request, organisation, store, run. */
export type LogFields = Record<string, string | undefined>;

/** The current work, and for whom it is done. */
export const logContext = new AsyncLocalStorage<LogFields>();

/** Logger options: every line contains the current ids, and the trace if there is one. */
export const LOG_CONTEXT = {
  mixin(): object {
    const span = trace.getActiveSpan()?.spanContext();
    return {
      ...logContext.getStore(),
      ...(span && { traceId: span.traceId, spanId: span.spanId }),
    };
  },
};
