import {
  type Attributes,
  context,
  isSpanContextValid,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';

const shape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface SpanOptions {
  kind?: SpanKind;
  /** Ids, counts and codes; never personal data, keys, addresses or query strings. */
  attributes?: Attributes;
  /** The parent trace as a W3C traceparent; the current one unless given. */
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
  const at = trace.getActiveSpan()?.spanContext();
  if (!at || !isSpanContextValid(at)) return null;
  return `00-${at.traceId}-${at.spanId}-${at.traceFlags.toString(16).padStart(2, '0')}`;
}

/** Whether a text, such as a header, is a valid traceparent. */
export function isTraceParent(text: unknown): text is string {
  return typeof text === 'string' && shape.test(text);
}

function contextOf(parent: string | null) {
  const [, traceId, spanId, flags] = parent === null ? [] : (shape.exec(parent) ?? []);
  if (traceId === undefined || spanId === undefined || flags === undefined) return context.active();
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, isRemote: true });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
