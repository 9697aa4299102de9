import type { Dispatcher } from 'undici';

import type { Reading } from '../domain/choose-answer.ts';
import { toNetworkError } from './network-error.ts';
import { readBody } from './read-body.ts';
import type { StoreMethod, StoreRequest } from './store-request.ts';
import { WooError } from './woo-error.ts';

export interface Timeouts {
  /** DNS, TCP and TLS. Set on the dispatcher. */
  readonly connectMs: number;
  /** From the request to the response headers, where a slow store spends its time. */
  readonly headersMs: number;
  /** Until the last byte, without `beforeBody`: an idle timer alone would allow a slow drip. */
  readonly totalMs: number;
}

export const defaultTimeouts: Timeouts = { connectMs: 5_000, headersMs: 20_000, totalMs: 30_000 };

export interface SendOptions {
  readonly dispatcher: Dispatcher;
  readonly userAgent: string;
  readonly timeouts: Timeouts;
  readonly maxBodyBytes: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Called after the headers of a successful response; the body is read once it resolves. */
  readonly beforeBody?: (() => Promise<void>) | undefined;
}

export interface StoreAnswer {
  /** As requested; contains credentials in some modes: for comparisons only. */
  readonly url: string;
  readonly status: number;
  /** The request contained the login of the web server. */
  readonly hasWebLogin: boolean;
  readonly header: (name: string) => string | null;
  /** Empty for a redirect, and if the body of an error could not be read. */
  readonly text: string;
  readonly hadBom: boolean;
  /** Decoded bytes of the body. */
  readonly bytes: number;
  readonly durationMs: number;
  /** Epoch milliseconds, by our clock. */
  readonly arrivedAt: number;
}

/** When the store produced a response, by our clock; a cached response is as old as the cache says. */
export function readingOf({
  header,
  arrivedAt,
  durationMs,
}: Pick<StoreAnswer, 'header' | 'arrivedAt' | 'durationMs'>): Reading {
  const ageMs = Math.max(0, Number(header('age') ?? 0) || 0) * 1_000;
  const endedAt = new Date(arrivedAt - ageMs);
  return { beganAt: new Date(endedAt.getTime() - Math.max(0, durationMs)), endedAt };
}

/** A request ready to be sent. */
export interface SentRequest extends StoreRequest {
  readonly method?: StoreMethod;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The body of an error is only needed to explain it. */
const maxErrorBodyBytes = 262_144;

/**
 * Sends one request, without retries or redirects.
 * @throws WooError for network and body; the caller's abort reason unchanged.
 */
export async function sendRequest(
  request: SentRequest,
  options: SendOptions,
): Promise<StoreAnswer> {
  const { timeouts, signal: outer, now } = options;
  outer?.throwIfAborted();
  const deadline = createDeadline(timeouts.totalMs);
  outer?.addEventListener('abort', deadline.end);
  const startedAt = now();
  try {
    const answer = await exchange(request, options, deadline);
    const arrivedAt = now();
    const { url, hasWebLogin = false } = request;
    return { ...answer, url, hasWebLogin, durationMs: arrivedAt - startedAt, arrivedAt };
  } catch (error) {
    if (outer?.aborted) throw outer.reason;
    if (deadline.signal.aborted) throw new WooError('timeout_total');
    throw toNetworkError(error);
  } finally {
    outer?.removeEventListener('abort', deadline.end);
    deadline.clear();
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  /** Ends it early. */
  readonly end: () => void;
  /** Runs work whose time does not count. */
  pauseFor(work: () => Promise<void>): Promise<void>;
  clear(): void;
}

function createDeadline(totalMs: number): Deadline {
  const controller = new AbortController();
  const end = () => controller.abort();
  let leftMs = totalMs;
  let startedAt = performance.now();
  let timer = setTimeout(end, leftMs);
  return {
    signal: controller.signal,
    end,
    async pauseFor(work) {
      clearTimeout(timer);
      leftMs -= performance.now() - startedAt;
      await work();
      startedAt = performance.now();
      timer = setTimeout(end, leftMs);
    },
    clear: () => clearTimeout(timer),
  };
}

async function exchange(request: SentRequest, options: SendOptions, deadline: Deadline) {
  const { signal } = deadline;
  const url = new URL(request.url);
  const { statusCode, headers, body } = await options.dispatcher.request({
    origin: url.origin,
    // Not through URL: the query must stay encoded as OAuth signed it.
    path: request.url.slice(url.origin.length),
    method: request.method ?? 'GET',
    body: request.body === undefined ? null : JSON.stringify(request.body),
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
      'cache-control': 'no-cache',
      'user-agent': options.userAgent,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    headersTimeout: options.timeouts.headersMs,
    bodyTimeout: options.timeouts.totalMs,
    signal,
  });
  const header = headerReader(headers);
  const isError = statusCode < 200 || statusCode >= 300;
  const { beforeBody } = options;
  if (beforeBody && !isError) {
    // Until then only the stream's buffer fills. An error meanwhile is reported when the body is read.
    body.on('error', () => undefined);
    await deadline.pauseFor(beforeBody);
    signal.throwIfAborted();
  }
  const reading = readBody(body, {
    contentEncoding: header('content-encoding'),
    contentType: header('content-type'),
    maxBytes: isError ? Math.min(maxErrorBodyBytes, options.maxBodyBytes) : options.maxBodyBytes,
  });
  // The status explains an error even if its page is huge, invalid or cut off.
  const content = isError ? await reading.catch(() => nothing) : await reading;
  return { status: statusCode, header, ...content };
}

const nothing = { text: '', bytes: 0, hadBom: false };

function headerReader(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return (name: string): string | null => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  };
}
