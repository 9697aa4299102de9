import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { inSpan } from '../platform/trace.ts';
import { classifyFailure } from './classify-answer.ts';
import { defaultMaxBodyBytes } from './read-body.ts';
import { retryDelayMs, type RetryPolicy } from './retry-timing.ts';
import { createSafeDispatcher } from './safe-connect.ts';
import { defaultTimeouts, sendRequest, type StoreAnswer, type Timeouts } from './send-request.ts';
import {
  type AuthMode,
  buildStoreRequest,
  type RouteStyle,
  type StoreCredentials,
  type StoreMethod,
} from './store-request.ts';
import { WooError, type WooErrorKind } from './woo-error.ts';

import packageJson from '../../package.json' with { type: 'json' };

/** One fixed, honest name, so that a host can allow it. */
export const defaultUserAgent = `MantisSync/${packageJson.version}`;

export interface StoreTransportOptions {
  /** Without a trailing slash; from `probeConnection`. */
  readonly baseUrl: string;
  readonly authMode: AuthMode;
  readonly routeStyle: RouteStyle;
  readonly credentials: StoreCredentials;
  /** Shared between clients and closed by its owner. Without it the client makes a safe one. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly userAgent?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly maxBodyBytes?: number | undefined;
  /** None by default: retries belong in one layer, and a walk keeps its waits in the database. */
  readonly retry?: RetryOptions | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
  /** Told of every request, however it ended, but for those that the caller gave up. */
  readonly onAnswered?: ((request: AnsweredRequest) => void) | undefined;
}

/** How a request ended; nothing of what was asked for. */
export interface AnsweredRequest {
  /** `ok`, or the class of its failure. */
  readonly outcome: 'ok' | WooErrorKind;
  /** Of HTTP; null where no answer came. */
  readonly status: number | null;
  readonly seconds: number;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** Must reject when the signal aborts. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  readonly random?: () => number;
}

/** A request to the store: what to ask for, and how to read an answer of 2xx. */
export interface StoreCall<T> {
  /** Such as `/wc/v3/customers`. */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  /** GET unless given. */
  readonly method?: StoreMethod;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly anonymous?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly read: (answer: StoreAnswer, now: number) => T;
}

export interface StoreTransport {
  send<T>(call: StoreCall<T>): Promise<T>;
  close(): Promise<void>;
}

/** The transport of the client: signs, sends, classifies, and retries if it was told to. */
export function createStoreTransport(options: StoreTransportOptions): StoreTransport {
  const { retry, now = Date.now, randomBytes = cryptoRandomBytes } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const own = options.dispatcher ? null : createSafeDispatcher({ connectMs: timeouts.connectMs });
  const transport = {
    dispatcher: options.dispatcher ?? own!,
    userAgent: options.userAgent ?? defaultUserAgent,
    timeouts,
    maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
    now,
  };

  /** One request, in a span of its own, and told of. */
  function observed<T>(call: StoreCall<T>, attempts: number): Promise<T> {
    const { method = 'GET', route } = call;
    const attributes = {
      'http.request.method': method,
      'http.route': route.replace(/\/\d+/g, '/:id'),
      'http.request.resend_count': attempts - 1,
    };
    return inSpan('store.request', { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const startedAt = performance.now();
      const tell = (outcome: AnsweredRequest['outcome'], status: number | null) => {
        if (status !== null) span.setAttribute('http.response.status_code', status);
        span.setAttribute('mantis.outcome', outcome);
        const seconds = (performance.now() - startedAt) / 1000;
        options.onAnswered?.({ outcome, status, seconds });
      };
      try {
        const { value, status } = await attempt(call);
        tell('ok', status);
        return value;
      } catch (error) {
        if (error instanceof WooError) tell(error.kind, error.status);
        throw error;
      }
    });
  }

  async function attempt<T>(call: StoreCall<T>): Promise<{ value: T; status: number }> {
    const { route, query, method = 'GET', body, anonymous, signal, read } = call;
    const request = buildStoreRequest({
      method,
      baseUrl: options.baseUrl,
      routeStyle: options.routeStyle,
      route,
      query,
      auth: anonymous ? null : { mode: options.authMode, credentials: options.credentials },
      nonce: Buffer.from(randomBytes(16)).toString('hex'),
      timestampSeconds: Math.floor(now() / 1_000),
    });
    const answer = await sendRequest({ ...request, method, body }, { ...transport, signal });
    if (answer.status < 200 || answer.status >= 300) throw classifyFailure(answer, now());
    return { value: read(answer, now()), status: answer.status };
  }

  async function send<T>(call: StoreCall<T>): Promise<T> {
    if (!retry) return observed(call, 1);
    const { policy, sleep = defaultSleep, random = Math.random } = retry;
    for (let attempts = 1; ; attempts++) {
      try {
        return await observed(call, attempts);
      } catch (error) {
        const delayMs = retryDelayMs({ error, attempt: attempts, now: now(), random, policy });
        if (delayMs === null) throw error;
        await sleep(delayMs, call.signal);
      }
    }
  }

  return {
    send,
    async close() {
      await own?.close();
    },
  };
}

function defaultSleep(ms: number, signal?: AbortSignal): Promise<unknown> {
  return sleepFor(ms, undefined, signal ? { signal } : {});
}
