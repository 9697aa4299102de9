import { encodeRfc3986, signOAuth1 } from './oauth1.ts';
import { WooError } from './woo-error.ts';

/**
 * How requests prove who we are: `basic` and `query` over https only; `oauth1` where the store has
 * no https.
 */
export type AuthMode = 'basic' | 'query' | 'oauth1';

/** `pretty`: /wp-json/…; `plain`: /?rest_route=…, for stores without permalinks. */
export type RouteStyle = 'pretty' | 'plain';

export interface StoreCredentials {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

export type StoreMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface StoreRequestInput {
  readonly method: StoreMethod;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly routeStyle: RouteStyle;
  /** Begins with a slash, such as `/wc/v3/customers`. */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  /** Null for a request without credentials. */
  readonly auth: { readonly mode: AuthMode; readonly credentials: StoreCredentials } | null;
  /** Unique for each request: keeps caches out, and is the nonce of OAuth. */
  readonly nonce: string;
  readonly timestampSeconds: number;
}

export interface StoreRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Builds the address and the credentials of one request. Pure. */
export function buildStoreRequest(input: StoreRequestInput): StoreRequest {
  const { baseUrl, routeStyle, route, auth, nonce } = input;
  const url = routeStyle === 'pretty' ? `${baseUrl}/wp-json${route}` : `${baseUrl}/`;
  const query = routeStyle === 'pretty' ? { ...input.query, _: nonce } : plainQuery(input);
  if (auth === null) return { url: withQuery(url, query), headers: {} };
  const { consumerKey, consumerSecret } = auth.credentials;
  if (auth.mode === 'basic') {
    const token = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
    return { url: withQuery(url, query), headers: { authorization: `Basic ${token}` } };
  }
  if (auth.mode === 'query') {
    const keys = { consumer_key: consumerKey, consumer_secret: consumerSecret };
    return { url: withQuery(url, { ...query, ...keys }), headers: {} };
  }
  const signed = signOAuth1({
    method: input.method,
    // WordPress rebuilds the address from its home and the rest of the path, and then a path of
    // "/" leaves nothing, not even the slash.
    url: routeStyle === 'pretty' ? url : baseUrl,
    query,
    consumerKey,
    consumerSecret,
    nonce,
    timestampSeconds: input.timestampSeconds,
  });
  return { url: withQuery(url, signed), headers: {} };
}

/**
 * WooCommerce (before 11.1) authenticates only if `/wp-json/wc/` stands somewhere in the request
 * URI, so a dummy parameter carries it there, slashes unescaped. It comes first, as in the
 * recorded exchange, and holds the nonce too.
 */
function plainQuery({ route, query, nonce }: StoreRequestInput): Record<string, string> {
  return { _: `/wp-json/wc/${nonce}`, rest_route: route, ...query };
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([key, value]) => {
    const encoded = encodeRfc3986(value);
    const keepsSlashes = key === '_' || key === 'rest_route';
    return `${key}=${keepsSlashes ? encoded.replaceAll('%2F', '/') : encoded}`;
  });
  return `${url}?${pairs.join('&')}`;
}

/**
 * Keys may be sent as they are over https only; http to this very machine is no network.
 * @throws WooError plain_http_keys
 */
export function assertKeysAreSafe({ baseUrl, authMode }: { baseUrl: string; authMode: AuthMode }) {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'https:' || authMode === 'oauth1') return;
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    throw new WooError('plain_http_keys');
  }
}
