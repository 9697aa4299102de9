import { createHmac, timingSafeEqual } from 'node:crypto';
import { rawUrlEncode } from './php-query.ts';
import type { PhpQuery } from './php-query.ts';
import { restError } from './rest-error.ts';
import type { RestError } from './rest-error.ts';

/** One API key of the store. Keys can be added, changed and removed while the store runs. */
export interface SimKey {
  consumerKey: string;
  consumerSecret: string;
  permissions: 'read' | 'write' | 'read_write';
  /** Role of the WordPress user who owns the key. */
  userRole: 'administrator' | 'shop_manager' | 'subscriber';
}

/** The default administrator key of a store. */
export const defaultCredentials = Object.freeze({
  consumerKey: 'ck_6d616e7469732d73796e632d64656d6f2d6b6579',
  consumerSecret: 'cs_6d616e7469732d73796e632d736563726574f00d',
});

export interface Credentialed {
  method: string;
  /** Path and query as in the request line. */
  requestUri: string;
  https: boolean;
  /** The store's own address without a trailing slash; OAuth signs it, whatever `Host` says. */
  home: string;
  query: PhpQuery;
  /** Undefined if the web server strips the header. */
  authorization: string | undefined;
}

/** The caller; `error` rejects every REST route, no key and no error is an anonymous visitor. */
export interface Authentication {
  key: SimKey | null;
  error: RestError | null;
}

const windowSeconds = 15 * 60;
const anonymous: Authentication = { key: null, error: null };

/**
 * Authenticates like `WC_REST_Authentication` of WooCommerce 10.0.2: only if the request URI
 * contains the API prefix and `wc/`; over https the keys of the query string, then Basic; else OAuth 1.0a.
 */
export function createAuthenticator(deps: {
  keys: SimKey[];
  now: () => number;
  restPrefix: string;
}) {
  const nonces = new Map<string, Map<string, number>>();
  const keyOf = (consumerKey: string): SimKey | undefined =>
    deps.keys.find((key) => key.consumerKey === consumerKey);
  const namespaces = ['wc/', 'wc-'].map((start) => `${deps.restPrefix}/${start}`);

  return function authenticate(request: Credentialed): Authentication {
    if (!namespaces.some((start) => request.requestUri.includes(start))) return anonymous;
    const basic = request.https ? checkSecret(request, keyOf) : anonymous;
    if (basic.key) return basic;
    const oauth = checkOauth(request, keyOf, nonces, deps.now);
    return oauth.key || oauth.error ? oauth : basic;
  };
}

/** A key without the right to read or write is rejected before the route is examined. */
export function checkScope(key: SimKey, method: string): RestError | null {
  const needs = ['GET', 'HEAD'].includes(method) ? 'read' : 'write';
  if (method === 'OPTIONS' || key.permissions === 'read_write' || key.permissions === needs)
    return null;
  return refused(`The API key provided does not have ${needs} permissions.`);
}

function checkSecret(
  request: Credentialed,
  keyOf: (consumerKey: string) => SimKey | undefined,
): Authentication {
  const given = queryCredentials(request.query) ?? basicCredentials(request.authorization);
  if (!given) return anonymous;
  const key = keyOf(given.consumerKey);
  if (!key) return anonymous;
  if (equal(key.consumerSecret, given.consumerSecret)) return { key, error: null };
  return { key: null, error: refused('Consumer secret is invalid.') };
}

interface Given {
  consumerKey: string;
  consumerSecret: string;
}

function queryCredentials(query: PhpQuery): Given | undefined {
  const consumerKey = query.get('consumer_key');
  const consumerSecret = query.get('consumer_secret');
  if (typeof consumerKey !== 'string' || typeof consumerSecret !== 'string') return undefined;
  return consumerKey && consumerSecret ? { consumerKey, consumerSecret } : undefined;
}

function basicCredentials(authorization: string | undefined): Given | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon <= 0 || colon === pair.length - 1) return undefined;
  return { consumerKey: pair.slice(0, colon), consumerSecret: pair.slice(colon + 1) };
}

const oauthNames = [
  'oauth_consumer_key',
  'oauth_timestamp',
  'oauth_nonce',
  'oauth_signature',
  'oauth_signature_method',
] as const;

function checkOauth(
  request: Credentialed,
  keyOf: (consumerKey: string) => SimKey | undefined,
  nonces: Map<string, Map<string, number>>,
  now: () => number,
): Authentication {
  const parameters: PhpQuery = new Map([
    ...request.query,
    ...headerParameters(request.authorization),
  ]);
  const text = (name: string): string => {
    const value = parameters.get(name);
    return typeof value === 'string' ? value : '';
  };
  const missing = oauthNames.filter((name) => text(name) === '');
  if (missing.length === oauthNames.length) return anonymous;
  if (missing.length > 0) return { key: null, error: missingParameters(missing) };
  const key = keyOf(text('oauth_consumer_key'));
  if (!key) return { key: null, error: refused('Consumer key is invalid.') };
  const algorithm = text('oauth_signature_method');
  if (algorithm !== 'HMAC-SHA1' && algorithm !== 'HMAC-SHA256')
    return { key: null, error: refused('Invalid signature - signature method is invalid.') };
  const expected = oauthSignature({
    ...request,
    parameters,
    algorithm,
    consumerSecret: key.consumerSecret,
  });
  if (!equal(expected, text('oauth_signature').replaceAll(' ', '+')))
    return { key: null, error: refused('Invalid signature - provided signature does not match.') };
  const error = checkReplay(
    nonces,
    key,
    Number(text('oauth_timestamp')),
    text('oauth_nonce'),
    now(),
  );
  return error ? { key: null, error } : { key, error: null };
}

function missingParameters(missing: readonly string[]): RestError {
  const plural = missing.length > 1 ? 's' : '';
  return restError(
    401,
    'woocommerce_rest_authentication_missing_parameter',
    `Missing OAuth parameter${plural} ${missing.join(', ')}`,
  );
}

function headerParameters(authorization: string | undefined): Map<string, string> {
  const found = new Map<string, string>();
  if (!authorization?.trim().startsWith('OAuth ')) return found;
  for (const [, name = '', value = ''] of authorization.matchAll(/(oauth_[a-z_-]*)="([^"]*)"/g))
    found.set(name, decodeURIComponent(value));
  return found;
}

/** The OAuth 1.0a signature (two-legged) over method, the store's own address and all parameters. */
export function oauthSignature(request: {
  method: string;
  requestUri: string;
  home: string;
  parameters: PhpQuery;
  algorithm: 'HMAC-SHA1' | 'HMAC-SHA256';
  consumerSecret: string;
}): string {
  const path = request.requestUri.split('?')[0] ?? '/';
  const pairs: [string, string][] = [];
  for (const [name, value] of request.parameters) {
    if (name === 'oauth_signature') continue;
    if (typeof value === 'string') pairs.push([rawUrlEncode(name), rawUrlEncode(value)]);
    else
      for (const [key, item] of value)
        pairs.push([rawUrlEncode(`${name}[${key}]`), rawUrlEncode(item)]);
  }
  pairs.sort(([a, va], [b, vb]) => compareBytes(a, b) || compareBytes(va, vb));
  const base = [
    request.method.toUpperCase(),
    rawUrlEncode(request.home + path),
    rawUrlEncode(pairs.map((pair) => pair.join('=')).join('&')),
  ].join('&');
  const hash = request.algorithm === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  return createHmac(hash, `${request.consumerSecret}&`).update(base).digest('base64');
}

function checkReplay(
  nonces: Map<string, Map<string, number>>,
  key: SimKey,
  timestamp: number,
  nonce: string,
  nowMs: number,
): RestError | null {
  const nowSeconds = Math.floor(nowMs / 1000);
  if (!(Math.abs(timestamp - nowSeconds) <= windowSeconds)) return refused('Invalid timestamp.');
  const used = nonces.get(key.consumerKey) ?? new Map<string, number>();
  nonces.set(key.consumerKey, used);
  if (used.has(nonce)) return refused('Invalid nonce - nonce has already been used.');
  for (const [old, at] of used) if (at < nowSeconds - windowSeconds) used.delete(old);
  used.set(nonce, timestamp);
  return null;
}

function refused(message: string): RestError {
  return restError(401, 'woocommerce_rest_authentication_error', message);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
