import type { AnsweredRequest } from '../platform/sync-metrics.ts';
import type { AuthMode, RouteStyle } from '../domain/store-connection.ts';
import { randomBytes as cryptoRandomBytes } from 'node:crypto';

import { SpanKind } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { inSpan } from '../platform/trace.ts';
import { classifyFailure } from './classify-answer.ts';
import { defaultMaxBodyBytes } from './read-body.ts';
import { createSafeDispatcher } from './safe-connect.ts';
import { defaultTimeouts, sendRequest, type StoreAnswer, type Timeouts } from './send-request.ts';
import {
  buildStoreRequest,
  type StoreCredentials,
  type StoreMethod,
  type StoreRequest,
  type WebLogin,
} from './store-request.ts';
import { WooError } from './woo-error.ts';

import packageJson from '../../package.json' with { type: 'json' };

/** One fixed user agent, so that a host can allow it. */
export const defaultUserAgent = `MantisSync/${packageJson.version}`;

export interface StoreTransportOptions {
  /** Without a trailing slash; from `probeConnection`. */
  readonly baseUrl: string;
  readonly authMode: AuthMode;
  readonly routeStyle: RouteStyle;
  /** `wp-json` unless given. */
  readonly restPrefix?: string | undefined;
  readonly webLogin?: WebLogin | null | undefined;
  readonly credentials: StoreCredentials;
  /** Shared between clients and closed by its owner. If omitted, the client creates a safe one. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly userAgent?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly maxBodyBytes?: number | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
  /** Called for every request, except those that the caller aborted. */
  readonly onAnswered?: ((request: AnsweredRequest) => void) | undefined;
  /** Called for every successful response before its body is read, after that of the call. */
  readonly beforeBody?: (() => Promise<void>) | undefined;
}

/** A request to the store: what to request, and how to parse a 2xx response. */
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
  /** See `SendOptions`. */
  readonly beforeBody?: (() => Promise<void>) | undefined;
  readonly read: (answer: StoreAnswer, now: number) => T;
}

export interface StoreTransport {
  send<T>(call: StoreCall<T>): Promise<T>;
  close(): Promise<void>;
}

/** The transport of the client: signs, sends and classifies. It never retries: a walk saves its waits in the database. */
export function createStoreTransport(options: StoreTransportOptions): StoreTransport {
  const { now = Date.now, randomBytes = cryptoRandomBytes } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const own = options.dispatcher ? null : createSafeDispatcher({ connectMs: timeouts.connectMs });
  const transport = {
    dispatcher: options.dispatcher ?? own!,
    userAgent: options.userAgent ?? defaultUserAgent,
    timeouts,
    maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
    now,
  };

  /** Set by the first redirect to the same path with a slash. */
  let endsWithSlash = false;

  /** One request in its own span, reported to `onRequest`. */
  function send<T>(call: StoreCall<T>): Promise<T> {
    const { method = 'GET', route } = call;
    const attributes = {
      'http.request.method': method,
      'http.route': route.replace(/\/\d+/g, '/:id'),
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
    const { method = 'GET', body, signal, read } = call;
    const beforeBody = async () => {
      await call.beforeBody?.();
      await options.beforeBody?.();
    };
    const sent = async () => {
      const request = { ...build(call), method, body };
      return sendRequest(request, { ...transport, signal, beforeBody });
    };
    let answer = await sent();
    if (wantsSlash(answer) && !endsWithSlash) {
      endsWithSlash = true;
      answer = await sent();
    }
    if (answer.status < 200 || answer.status >= 300) throw classifyFailure(answer, now());
    return { value: read(answer, now()), status: answer.status };
  }

  function build({ route, query, method = 'GET', anonymous }: StoreCall<unknown>): StoreRequest {
    const { baseUrl, routeStyle, restPrefix, webLogin, authMode: mode, credentials } = options;
    return buildStoreRequest({
      method,
      baseUrl,
      routeStyle,
      restPrefix,
      webLogin,
      endsWithSlash,
      route,
      query,
      auth: anonymous ? null : { mode, credentials },
      nonce: Buffer.from(randomBytes(16)).toString('hex'),
      timestampSeconds: Math.floor(now() / 1_000),
    });
  }

  return {
    send,
    async close() {
      await own?.close();
    },
  };
}

/** A redirect to the same address with a trailing slash: credentials may be sent there. */
function wantsSlash({ status, url, header }: StoreAnswer): boolean {
  const location = header('location') ?? '';
  if (![301, 302, 307, 308].includes(status) || !URL.canParse(location, url)) return false;
  const from = new URL(url);
  const to = new URL(location, url);
  return to.origin === from.origin && to.pathname === `${from.pathname}/`;
}
