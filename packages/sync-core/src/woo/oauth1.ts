import { createHmac } from 'node:crypto';

export interface OAuth1Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without query; the site's own address (its Site Address), without a default port. */
  readonly url: string;
  /** All decoded query parameters of the request. */
  readonly query: Readonly<Record<string, string>>;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Must not repeat within 15 minutes. */
  readonly nonce: string;
  readonly timestampSeconds: number;
}

/**
 * One-legged OAuth 1.0a (RFC 5849) with HMAC-SHA256, as WooCommerce checks it over plain http
 * (includes/class-wc-rest-authentication.php, check_oauth_signature).
 * @returns all decoded query parameters to send, including the signature
 */
export function signOAuth1(request: OAuth1Request): Record<string, string> {
  const params: Record<string, string> = {
    ...request.query,
    oauth_consumer_key: request.consumerKey,
    oauth_nonce: request.nonce,
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(request.timestampSeconds),
  };
  const base = [request.method, request.url, normalise(params)].map(encodeRfc3986).join('&');
  // There is no token in the one-legged form: the second half of the key is empty.
  const signature = createHmac('sha256', `${request.consumerSecret}&`)
    .update(base)
    .digest('base64');
  return { ...params, oauth_signature: signature };
}

function normalise(params: Readonly<Record<string, string>>): string {
  return Object.keys(params)
    .toSorted()
    .map((key) => `${encodeRfc3986(key)}=${encodeRfc3986(params[key] ?? '')}`)
    .join('&');
}

/** PHP's rawurlencode: encodes all but the unreserved characters of RFC 3986. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
