import { AsyncLocalStorage } from 'node:async_hooks';
import { trace } from '@opentelemetry/api';

/** Ids that belong to whatever is being done: of request, organisation, store, run. */
export type LogFields = Record<string, string | undefined>;

/** What is being done here, and for whom. */
export const logContext = new AsyncLocalStorage<LogFields>();

/** Options for the logger of a process: every line says what it belongs to, and its trace where there is one. */
export const LOG_CONTEXT = {
  mixin(): object {
    const span = trace.getActiveSpan()?.spanContext();
    return {
      ...logContext.getStore(),
      ...(span && { traceId: span.traceId, spanId: span.spanId }),
    };
  },
};
