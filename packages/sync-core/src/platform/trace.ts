import {
  type Attributes,
  context,
  propagation,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

export interface SpanOptions {
  kind?: SpanKind;
  /** Ids, counts and codes; never personal data, keys, addresses or query strings. */
  attributes?: Attributes;
  /** The parent trace as a W3C traceparent, such as a header; the current one unless given and valid. */
  parent?: string | null;
}

/**
 * Runs `work` in a span; nearly free if tracing is not set up. Of an error only the code or name is recorded:
 * messages may quote a store or the database.
 */
export async function inSpan<T>(
  name: string,
  { kind, attributes = {}, parent }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const options = { attributes, ...(kind !== undefined && { kind }) };
  const within = contextOf(parent ?? null);
  return trace.getTracer('mantis-sync').startActiveSpan(name, options, within, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setAttribute('error.type', codeOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The current trace as a W3C traceparent; null if there is none. */
export function currentTraceParent(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

function contextOf(traceparent: string | null) {
  return propagation.extract(context.active(), traceparent === null ? {} : { traceparent });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
