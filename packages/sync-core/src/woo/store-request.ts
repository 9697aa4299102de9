import type { AuthMode, RouteStyle } from '../domain/store-connection.ts';
import { encodeRfc3986, signOAuth1 } from './oauth1.ts';
import { WooError } from './woo-error.ts';

export interface StoreCredentials {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

/** Login of the web server in front of a store, as staging sites have it. */
export interface WebLogin {
  readonly user: string;
  readonly password: string;
}

/** The root of a WordPress REST API, unless the site changed it. */
export const DEFAULT_REST_PREFIX = 'wp-json';

export type StoreMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface StoreRequestInput {
  readonly method: StoreMethod;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly routeStyle: RouteStyle;
  /** `wp-json` unless given; `index.php/wp-json` if the site has no rewriting. */
  readonly restPrefix?: string | undefined;
  /** The web server requires every path to end with a slash. */
  readonly endsWithSlash?: boolean | undefined;
  /** Sent in the Authorization header, so the keys must be sent in the query. */
  readonly webLogin?: WebLogin | null | undefined;
  /** Begins with a slash, such as `/wc/v3/customers`. */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  /** Null for a request without credentials. */
  readonly auth: { readonly mode: AuthMode; readonly credentials: StoreCredentials } | null;
  /** Unique per request: prevents caching, and is the OAuth nonce. */
  readonly nonce: string;
  readonly timestampSeconds: number;
}

export interface StoreRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Its Authorization header is the login of the web server. */
  readonly hasWebLogin?: boolean;
}

/** Builds the address and credentials of one request. Pure. */
export function buildStoreRequest(input: StoreRequestInput): StoreRequest {
  const { baseUrl, routeStyle, auth, nonce, webLogin } = input;
  const url = routeStyle === 'pretty' ? prettyUrl(input) : `${baseUrl}/`;
  const query = routeStyle === 'pretty' ? { ...input.query, _: nonce } : plainQuery(input);
  const login = withWebLogin(webLogin);
  if (auth === null) return { url: withQuery(url, query), ...login };
  const { consumerKey, consumerSecret } = auth.credentials;
  if (auth.mode === 'basic' && !webLogin) {
    return {
      url: withQuery(url, query),
      headers: { authorization: basic(consumerKey, consumerSecret) },
    };
  }
  if (auth.mode !== 'oauth1') {
    const keys = { consumer_key: consumerKey, consumer_secret: consumerSecret };
    return { url: withQuery(url, { ...query, ...keys }), ...login };
  }
  const signed = signOAuth1({
    method: input.method,
    // WordPress rebuilds the address from its home and the rest of the path; for a path of "/" nothing is left,
    // not even the slash.
    url: routeStyle === 'pretty' ? url : baseUrl,
    query,
    consumerKey,
    consumerSecret,
    nonce,
    timestampSeconds: input.timestampSeconds,
  });
  return { url: withQuery(url, signed), ...login };
}

/** The part of a request that passes the web server in front of a store. */
export function withWebLogin(login: WebLogin | null | undefined): Omit<StoreRequest, 'url'> {
  if (!login) return { headers: {} };
  return { headers: { authorization: basic(login.user, login.password) }, hasWebLogin: true };
}

function prettyUrl({
  baseUrl,
  restPrefix = DEFAULT_REST_PREFIX,
  route,
  endsWithSlash,
}: StoreRequestInput) {
  const url = `${baseUrl}/${restPrefix}${route}`;
  return endsWithSlash && !url.endsWith('/') ? `${url}/` : url;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * WooCommerce (before 11.1) authenticates only if the API prefix and `/wc/` occur in the request URI, so a
 * dummy parameter contains them, with unescaped slashes. It comes first, as in the recorded exchange, and
 * includes the nonce.
 */
function plainQuery({
  route,
  query,
  nonce,
  restPrefix = DEFAULT_REST_PREFIX,
}: StoreRequestInput): Record<string, string> {
  return { _: `/${restPrefix}/wc/${nonce}`, rest_route: route, ...query };
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
 * Unsigned keys may be sent over https only; http to the local machine is exempt.
 * @throws WooError plain_http_keys
 */
export function assertKeysAreSafe({ baseUrl, authMode }: { baseUrl: string; authMode: AuthMode }) {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'https:' || authMode === 'oauth1') return;
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    throw new WooError('plain_http_keys');
  }
}
