import type { AuthMode, StoreConnection } from '../domain/store-connection.ts';
import type { Dispatcher } from 'undici';

import type { ApiRoot } from './api-root.ts';
import { createWooClient, type WooClient } from './create-woo-client.ts';
import type { CustomerPage } from './customer-page.ts';
import { findStoreIndex, type FoundIndex } from './find-store-index.ts';
import { type AddressRules, baseUrlOf, parseStoreUrl } from './parse-store-url.ts';
import type { Timeouts } from './send-request.ts';
import type { StoreCredentials, WebLogin } from './store-request.ts';
import { WooError } from './woo-error.ts';

export interface ProbeOptions extends AddressRules {
  /** As entered by a person. */
  readonly url: string;
  readonly credentials: StoreCredentials;
  /** Login of the web server, if it requires one. */
  readonly webLogin?: WebLogin | null | undefined;
  /** Guarded by the same rules (`createSafeDispatcher`). */
  readonly dispatcher: Dispatcher;
  readonly userAgent?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * Finds out how to reach a store: its canonical address (requested without credentials, which never follow a
 * redirect), its permalinks, and the authentication that reaches WooCommerce.
 * @throws WooError the most specific reason if nothing works
 */
export async function probeConnection(options: ProbeOptions): Promise<StoreConnection> {
  const parsed = parseStoreUrl(options.url, options);
  if (!parsed.ok) throw parsed.error;
  const found = await findStoreIndex(baseUrlOf(parsed.url), options);
  const { index, authMode, page, byQuery } = await signInWhereverItIs(found, options);
  const wooVersion = await readVersion(index, authMode, options);
  const first = page.rows[0];
  return {
    baseUrl: index.baseUrl,
    routeStyle: index.routeStyle,
    restPrefix: index.restPrefix,
    home: index.home,
    authMode,
    total: page.total,
    warnings: [
      ...(index.isHidden ? ['index_hidden'] : []),
      ...(byQuery === null ? [] : [byQuery]),
      ...page.warnings,
    ],
    ...(wooVersion === null ? {} : { wooVersion }),
    ...(typeof first === 'object' && first ? { keyUserIsAdmin: 'meta_data' in first } : {}),
  };
}

interface SignedIn {
  index: FoundIndex;
  authMode: AuthMode;
  page: CustomerPage;
  /** Why the keys must be sent in the query; null if they need not. */
  byQuery: 'authorization_stripped' | 'login_plugin' | null;
}

/** If the index is hidden, a request with keys decides, in both route styles. */
async function signInWhereverItIs(index: FoundIndex, options: ProbeOptions): Promise<SignedIn> {
  if (!index.isHidden) return signIn(index, options);
  const first = await signIn(index, options).catch(asWooError);
  if (!(first instanceof WooError)) return first;
  const isWorthMore = index.routeStyle !== 'plain' && !isTelling(first) && !isNamed(first);
  const plain = { ...index, routeStyle: 'plain' as const };
  const second = isWorthMore ? await signIn(plain, options).catch(asWooError) : first;
  if (!(second instanceof WooError)) return second;
  const both = [first, second];
  throw both.find(isTelling) ?? both.find(isNamed) ?? index.reason ?? first;
}

function asWooError(error: unknown): WooError {
  if (error instanceof WooError) return error;
  throw error;
}

async function signIn(index: FoundIndex, options: ProbeOptions): Promise<SignedIn> {
  if (index.baseUrl.startsWith('http:')) {
    const page = await firstPage(index, 'oauth1', options);
    return { index, authMode: 'oauth1', page, byQuery: null };
  }
  // The web server's login uses the header.
  if (options.webLogin) {
    const page = await firstPage(index, 'query', options);
    return { index, authMode: 'query', page, byQuery: null };
  }
  try {
    const page = await firstPage(index, 'basic', options);
    return { index, authMode: 'basic', page, byQuery: null };
  } catch (error) {
    if (!(error instanceof WooError) || !mayBeTheHeader(error)) throw error;
    const page = await retryByQuery(index, error, options);
    const byQuery = error.code === 'wrong_key' || error.code === 'rest_blocked';
    return {
      index,
      authMode: 'query',
      page,
      byQuery: byQuery ? 'authorization_stripped' : 'login_plugin',
    };
  }
}

/**
 * Without its Authorization header a request looks like one without keys, or is blocked; a login plugin
 * rejects the header or fails on it.
 */
function mayBeTheHeader(error: WooError): boolean {
  return ['wrong_key', 'rest_blocked', 'login_plugin', 'store_error'].includes(error.code);
}

/** An error that only WooCommerce itself sends, so the keys reached it. */
function isTelling({ code }: WooError): boolean {
  return (
    code === 'wrong_secret' ||
    code === 'key_refused' ||
    code === 'key_without_read' ||
    code === 'key_user_not_allowed' ||
    code === 'bad_signature' ||
    code === 'clock_skew'
  );
}

/** These identify the product, so they explain more than an index without content. */
function isNamed({ code }: WooError): boolean {
  return (
    code === 'wrong_key' ||
    code === 'login_plugin' ||
    code === 'web_login' ||
    code === 'web_login_refused' ||
    code === 'web_login_unsupported' ||
    code === 'captcha' ||
    code === 'rate_limited' ||
    code === 'maintenance' ||
    code === 'database_down'
  );
}

async function retryByQuery(index: FoundIndex, basicError: WooError, options: ProbeOptions) {
  try {
    return await firstPage(index, 'query', options);
  } catch (error) {
    // "Wrong secret" is more specific than "unknown key"; an outage on the second attempt less.
    throw error instanceof WooError && isTelling(error) ? error : basicError;
  }
}

/** A client for a store with a known address. */
export function clientOf(
  { baseUrl, routeStyle, restPrefix }: ApiRoot,
  authMode: AuthMode,
  options: ProbeOptions,
): WooClient {
  const { credentials, dispatcher, userAgent, timeouts, now, webLogin } = options;
  return createWooClient({
    baseUrl,
    routeStyle,
    restPrefix,
    webLogin,
    authMode,
    credentials,
    dispatcher,
    userAgent,
    timeouts,
    now,
  });
}

function firstPage(index: FoundIndex, authMode: AuthMode, options: ProbeOptions) {
  const client = clientOf(index, authMode, options);
  return client.listCustomers({ offset: 0, perPage: 1, signal: options.signal });
}

/** Optional: customers can be read without it. */
async function readVersion(index: FoundIndex, authMode: AuthMode, options: ProbeOptions) {
  try {
    const status = await clientOf(index, authMode, options).systemStatus(options);
    return wooVersionOf(status['environment']);
  } catch (error) {
    if (error instanceof WooError) return null;
    throw error;
  }
}

function wooVersionOf(environment: unknown): string | null {
  if (typeof environment !== 'object' || environment === null) return null;
  if (!('version' in environment) || typeof environment.version !== 'string') return null;
  return /^[\w.+-]{1,40}$/.test(environment.version) ? environment.version : null;
}
