import type { Dispatcher } from 'undici';
import { classifyFailure } from './classify-answer.ts';
import { readObject } from './customer-page.ts';
import { type AddressRules, baseUrlOf, parseStoreUrl } from './parse-store-url.ts';
import { defaultMaxBodyBytes } from './read-body.ts';
import { readSite, type SiteFacts, UNKNOWN_SITE } from './read-site.ts';
import { defaultTimeouts, sendRequest, type StoreAnswer, type Timeouts } from './send-request.ts';
import { buildStoreRequest, type RouteStyle } from './store-request.ts';
import { defaultUserAgent } from './store-transport.ts';
import { WooError } from './woo-error.ts';

export interface FindIndexOptions extends AddressRules {
  readonly dispatcher: Dispatcher;
  readonly userAgent?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly now?: (() => number) | undefined;
}

export interface FoundIndex {
  /** Canonical: after redirects, without a trailing slash. */
  readonly baseUrl: string;
  readonly routeStyle: RouteStyle;
  /** The index is not public; the customers may be readable with keys all the same. */
  readonly isHidden: boolean;
  readonly site: SiteFacts;
}

const maxHops = 3;

/**
 * Looks for the index of a store's REST API, without credentials: first below /wp-json/, then (plain
 * permalinks) by rest_route. Follows up to three redirects, each of which must lead to an address
 * that `parseStoreUrl` accepts, and never from https to http.
 * @throws WooError
 */
export async function findStoreIndex(
  startUrl: string,
  options: FindIndexOptions,
): Promise<FoundIndex> {
  const pretty = await followIndex(startUrl, 'pretty', options);
  if (pretty.index) return checkWooCommerce(pretty, 'pretty');
  if (pretty.error.code === 'rest_blocked') {
    return { baseUrl: pretty.baseUrl, routeStyle: 'pretty', isHidden: true, site: UNKNOWN_SITE };
  }
  // A missing page or a home page in its place may mean plain permalinks; nothing else does.
  if (!['plain_permalinks', 'not_woocommerce', 'not_json'].includes(pretty.error.code)) {
    throw pretty.error;
  }
  const plain = await followIndex(pretty.baseUrl, 'plain', options);
  if (plain.index) return checkWooCommerce(plain, 'plain');
  if (['not_json', 'bad_answer'].includes(plain.error.code)) throw new WooError('not_woocommerce');
  throw plain.error;
}

type Followed =
  | { readonly baseUrl: string; readonly index: Record<string, unknown> }
  | { readonly baseUrl: string; readonly index: null; readonly error: WooError };

async function followIndex(
  startUrl: string,
  routeStyle: RouteStyle,
  options: FindIndexOptions,
): Promise<Followed> {
  const now = options.now ?? Date.now;
  let baseUrl = startUrl;
  for (let hop = 0; ; hop++) {
    const answer = await askForIndex(baseUrl, routeStyle, options);
    if (answer.status < 300 || answer.status >= 400) {
      return { baseUrl, ...readIndex(answer, now()) };
    }
    const error = classifyFailure(answer, now());
    const next = nextBaseUrl(answer, options);
    // A redirect that keeps the base is no way to an index: it leads to a page.
    if (next === baseUrl) return { baseUrl, index: null, error: new WooError('not_woocommerce') };
    if (next === null || hop === maxHops) throw error;
    baseUrl = next;
  }
}

async function askForIndex(
  baseUrl: string,
  routeStyle: RouteStyle,
  options: FindIndexOptions,
): Promise<StoreAnswer> {
  const now = options.now ?? Date.now;
  const request = buildStoreRequest({
    method: 'GET',
    baseUrl,
    routeStyle,
    route: '/',
    query: { _fields: 'name,home,url,namespaces,timezone_string' },
    auth: null,
    nonce: String(now()),
    timestampSeconds: 0,
  });
  return sendRequest(request, {
    dispatcher: options.dispatcher,
    userAgent: options.userAgent ?? defaultUserAgent,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    maxBodyBytes: defaultMaxBodyBytes,
    now,
    signal: options.signal,
  });
}

function readIndex(answer: StoreAnswer, now: number) {
  try {
    if (answer.status >= 300) throw classifyFailure(answer, now);
    return { index: readObject(answer, now) };
  } catch (error) {
    if (error instanceof WooError) return { index: null, error };
    throw error;
  }
}

/** The store that a redirect leads to, or null if it may not be followed. */
function nextBaseUrl(answer: StoreAnswer, rules: AddressRules): string | null {
  const location = answer.header('location') ?? '';
  if (!URL.canParse(location, answer.url)) return null;
  const target = new URL(location, answer.url);
  const isDowngrade = answer.url.startsWith('https:') && target.protocol === 'http:';
  const parsed = parseStoreUrl(target.href, rules);
  if (!parsed.ok) throw parsed.error;
  return isDowngrade ? null : baseUrlOf(parsed.url);
}

function checkWooCommerce(found: Followed, routeStyle: RouteStyle): FoundIndex {
  const namespaces: unknown = found.index?.['namespaces'];
  if (!found.index || !Array.isArray(namespaces) || !namespaces.includes('wc/v3')) {
    throw new WooError('not_woocommerce', { detail: 'WordPress without WooCommerce' });
  }
  return { baseUrl: found.baseUrl, routeStyle, isHidden: false, site: readSite(found.index) };
}
