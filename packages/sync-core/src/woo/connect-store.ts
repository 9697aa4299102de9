import type { Dispatcher } from 'undici';
import { createWooClient, type WooClient } from './create-woo-client.ts';
import { findStoreIndex, type FoundIndex } from './find-store-index.ts';
import { type AddressRules, baseUrlOf, parseStoreUrl } from './parse-store-url.ts';
import type { Timeouts } from './send-request.ts';
import type { AuthMode, RouteStyle, StoreCredentials } from './store-request.ts';
import { WooError } from './woo-error.ts';

export interface ProbeOptions extends AddressRules {
  /** As somebody typed it. */
  readonly url: string;
  readonly credentials: StoreCredentials;
  /** Guarded by the same rules (`createSafeDispatcher`). */
  readonly dispatcher: Dispatcher;
  readonly userAgent?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
}

export interface StoreConnection {
  readonly baseUrl: string;
  readonly authMode: AuthMode;
  readonly routeStyle: RouteStyle;
  /** Absent where the key may not read the system status. */
  readonly wooVersion?: string;
  /** Users of every role; null if the store hides its totals. */
  readonly total: number | null;
  /**
   * `authorization_stripped`: the keys must travel in the query. `index_hidden`: the index of the
   * API is not public. Others as in `CustomerPage`.
   */
  readonly warnings: readonly string[];
  /** Only an administrator's key is sent `meta_data`. Absent while there is no user to tell by. */
  readonly keyUserIsAdmin?: boolean;
}

/**
 * Finds out how to talk to a store: its canonical address (asked without credentials, which never
 * follow a redirect), its permalinks, and the way of signing in that reaches WooCommerce.
 * @throws WooError the one that explains best why none works.
 */
export async function probeConnection(options: ProbeOptions): Promise<StoreConnection> {
  const parsed = parseStoreUrl(options.url, options);
  if (!parsed.ok) throw parsed.error;
  const index = await findStoreIndex(baseUrlOf(parsed.url), options);
  const { authMode, page } = await signIn(index, options);
  const wooVersion = await readVersion(index, authMode, options);
  const first = page.rows[0];
  return {
    baseUrl: index.baseUrl,
    routeStyle: index.routeStyle,
    authMode,
    total: page.total,
    warnings: [
      ...(index.isHidden ? ['index_hidden'] : []),
      ...(authMode === 'query' ? ['authorization_stripped'] : []),
      ...page.warnings,
    ],
    ...(wooVersion === null ? {} : { wooVersion }),
    ...(typeof first === 'object' && first ? { keyUserIsAdmin: 'meta_data' in first } : {}),
  };
}

async function signIn(index: FoundIndex, options: ProbeOptions) {
  if (index.baseUrl.startsWith('http:')) {
    return { authMode: 'oauth1' as const, page: await firstPage(index, 'oauth1', options) };
  }
  try {
    return { authMode: 'basic' as const, page: await firstPage(index, 'basic', options) };
  } catch (error) {
    if (!mayBeStripped(error)) throw error;
    return { authMode: 'query' as const, page: await retryByQuery(index, error, options) };
  }
}

/** Without its Authorization header a request looks like one without keys, or is walled off. */
function mayBeStripped(error: unknown): error is WooError {
  return error instanceof WooError && ['wrong_key', 'rest_blocked'].includes(error.code);
}

async function retryByQuery(index: FoundIndex, basicError: WooError, options: ProbeOptions) {
  try {
    return await firstPage(index, 'query', options);
  } catch (error) {
    // "Wrong secret" says more than "unknown key"; trouble on the second try says less.
    const isTelling = error instanceof WooError && error.kind === 'refused';
    throw isTelling && !mayBeStripped(error) ? error : basicError;
  }
}

/** A client for a store whose address is known. */
export function clientOf(
  { baseUrl, routeStyle }: Pick<FoundIndex, 'baseUrl' | 'routeStyle'>,
  authMode: AuthMode,
  options: ProbeOptions,
): WooClient {
  const { credentials, dispatcher, userAgent, timeouts, now } = options;
  return createWooClient({
    baseUrl,
    routeStyle,
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

/** A courtesy: customers can be read without it. */
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
