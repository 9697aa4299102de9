import type { Reading } from '../domain/choose-answer.ts';
import { scrubExcerpt } from './scrub-excerpt.ts';

/**
 * The class of a failure; it alone determines the reaction.
 * - `refused`: the store rejects us until a person changes something. Pause the store.
 * - `struggling`: the store or the connection is overloaded or down. Wait and try again.
 * - `record`: concerns only the requested customer. Fail its line.
 * - `bug`: our request was wrong. Stop instead of repeating it.
 *
 * `mayBeOneRecord` marks failures that a single customer on a page can cause: these pages are also requested
 * in smaller sizes.
 */
export type WooErrorKind = 'refused' | 'struggling' | 'record' | 'bug';

interface WooErrorEntry {
  readonly kind: WooErrorKind;
  readonly message: string;
  readonly advice: string;
}

/** All failures of requests to a store, worded for operators. */
export const wooErrors = {
  wrong_key: {
    kind: 'refused',
    message: 'The store does not know this consumer key',
    advice:
      'Copy the key again, or create a new one under WooCommerce → Settings → Advanced → REST API. Deleting a WordPress user deletes its keys.',
  },
  wrong_secret: {
    kind: 'refused',
    message: 'The store knows the consumer key, but the consumer secret is wrong',
    advice: 'Copy the secret again; it is shown only once, so create a new key if it is lost.',
  },
  key_refused: {
    kind: 'refused',
    message: 'The store refused the consumer key or its secret',
    advice:
      'Check key, secret and permission (Read) under WooCommerce → Settings → Advanced → REST API.',
  },
  key_without_read: {
    kind: 'refused',
    message: 'The consumer key has no read permission',
    advice: 'Set the permission of the key to Read or Read/Write.',
  },
  key_user_not_allowed: {
    kind: 'refused',
    message: 'The user who owns the consumer key may not list customers',
    advice: 'Create a key that belongs to an administrator or a shop manager.',
  },
  credentials: {
    kind: 'refused',
    message: 'The keys of the store cannot be decrypted',
    advice:
      'Restore the key that encrypted them in MANTIS_SECRET_KEYS of every process and resume the store, or enter the store’s consumer key and secret again.',
  },
  authorization_stripped: {
    kind: 'refused',
    message: "The store's web server removes the Authorization header",
    advice:
      'Configure the web server to pass the header on (Apache: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1), or connect again so that the keys are sent in the query.',
  },
  plain_http_keys: {
    kind: 'refused',
    message: 'The keys would be sent unencrypted',
    advice: 'Use the https address of the store, or connect again so that requests are signed.',
  },
  login_plugin: {
    kind: 'refused',
    message: 'A login plugin of the store treats our keys as a username and password',
    advice:
      'Exempt /wp-json/wc/ in that plugin (JWT Authentication, Basic Auth, Application Passwords or similar), or connect again so that the keys are sent in the query.',
  },
  web_login: {
    kind: 'refused',
    message: 'The web server requires a login of its own, as on staging sites',
    advice:
      'Enter the username and password of the browser’s dialog as the store’s web server login, or remove the password protection for /wp-json/.',
  },
  web_login_refused: {
    kind: 'refused',
    message: 'The web server rejected the username or password of its login',
    advice:
      'Enter both again, as in the browser’s dialog. They are neither those of WordPress nor the API keys.',
  },
  web_login_unsupported: {
    kind: 'refused',
    message: 'The web server requires a kind of login that Mantis Sync cannot use',
    advice:
      'Ask its administrator to use Basic authentication instead, or to remove the password protection for /wp-json/.',
  },
  https_port: {
    kind: 'refused',
    message: 'This port of the store expects https, but the request used http',
    advice: 'Use the https address of the store.',
  },
  not_woocommerce: {
    kind: 'refused',
    message: 'There is no WooCommerce API at this address',
    advice:
      'Check the address of the store (with its folder, if it has one) and that WooCommerce is active.',
  },
  rest_blocked: {
    kind: 'refused',
    message: 'Something in front of the store blocks its REST API',
    advice:
      'Allow /wp-json/ for "MantisSync" in the firewall, the security plugin or the password protection of the site.',
  },
  plain_permalinks: {
    kind: 'refused',
    message: 'The store uses plain permalinks, so /wp-json/ does not exist',
    advice:
      'Choose a structure other than Plain under Settings → Permalinks, or connect the store again.',
  },
  redirected: {
    kind: 'refused',
    message: 'The store redirects to another address',
    advice: 'Save the final address of the store; keys are never sent to the target of a redirect.',
  },
  bad_signature: {
    kind: 'refused',
    message: 'The store rejects the signature of our request',
    advice:
      'Copy the consumer secret again, and use exactly the Site Address of Settings → General; https avoids signatures.',
  },
  clock_skew: {
    kind: 'refused',
    message: "The store's clock and ours differ by more than 15 minutes",
    advice: 'Set the clock of the server that is wrong; https avoids signatures.',
  },
  tls: {
    kind: 'refused',
    message: "The store's certificate cannot be trusted",
    advice:
      'Renew or complete the certificate of the store; an internal certificate authority is trusted once the setting MANTIS_STORE_CA_FILE names it.',
  },
  unsafe_address: {
    kind: 'refused',
    message: 'The address is not allowed',
    advice:
      'Use the public address of the store, on port 80, 443, 8080 or 8443. For a store in a private network, add its host to the setting MANTIS_ALLOW_STORE_HOSTS and restart Mantis Sync.',
  },
  bad_url: {
    kind: 'refused',
    message: 'This is not the address of a store',
    advice: 'Enter the address of the store, such as https://shop.example.com.',
  },
  nonce_used: {
    kind: 'struggling',
    message: 'The store reports that this signed request was already used',
    advice: 'A proxy in front of the store repeats requests; harmless unless it is frequent.',
  },
  rate_limited: {
    kind: 'struggling',
    message: 'The store limits our request rate',
    advice:
      'No action needed: we wait as long as it asks. Lower the pace of the store if it repeats.',
  },
  store_error: {
    kind: 'struggling',
    message: 'The store returned an internal error',
    advice:
      'See WooCommerce → Status → Logs (fatal-errors); often caused by one plugin or one user record.',
  },
  store_unavailable: {
    kind: 'struggling',
    message: 'The store or its proxy is not available',
    advice: 'Wait; if it continues, ask the host of the store.',
  },
  database_down: {
    kind: 'struggling',
    message: 'The store cannot reach its own database',
    advice: 'No action needed: we wait. If it continues, ask the host of the store.',
  },
  maintenance: {
    kind: 'struggling',
    message: 'The store is in maintenance mode',
    advice: 'Wait for the update to end; delete the file .maintenance if one was left behind.',
  },
  captcha: {
    kind: 'struggling',
    message: 'A bot protection responded instead of the store',
    advice:
      'Ask the host, or configure the firewall, to exempt the user agent "MantisSync" from its bot protection.',
  },
  cached: {
    kind: 'struggling',
    message: 'A cache responded with old data instead of the store',
    advice: 'Exclude /wp-json/wc/ from caching (LiteSpeed: turn off "Cache REST API").',
  },
  not_json: {
    kind: 'struggling',
    message: 'The store answered with something other than JSON',
    advice: 'Open the store in a browser; a plugin, an error page or a proxy responds instead.',
  },
  php_noise: {
    kind: 'struggling',
    message: 'PHP messages are mixed into the data of the store',
    advice: 'Set WP_DEBUG_DISPLAY to false in wp-config.php and fix the plugin named there.',
  },
  bad_compression: {
    kind: 'struggling',
    message: 'The response of the store is not compressed as its headers say',
    advice:
      'A plugin and the web server both compress, or a proxy changes the headers: turn compression off in the plugin (Content-Encoding).',
  },
  bad_encoding: {
    kind: 'struggling',
    message: 'The response of the store is not valid UTF-8',
    advice: 'A plugin changes the encoding, or a record contains invalid characters.',
  },
  truncated: {
    kind: 'struggling',
    message: 'The response of the store ended too early',
    advice: 'Wait; if it repeats, check the memory and time limits of PHP.',
  },
  too_large: {
    kind: 'struggling',
    message: 'The response of the store is too large',
    advice: 'The limit is 10 MB. Look for large custom fields of customers.',
  },
  too_deep: {
    kind: 'struggling',
    message: 'The response of the store is nested too deeply',
    advice: 'The limit is 512 levels. Look for nested custom fields of customers.',
  },
  headers_too_large: {
    kind: 'struggling',
    message: 'The headers of the store’s response are too large',
    advice:
      'A plugin sends a header line for each customer, often a PHP notice. Turn off its debugging output.',
  },
  empty_answer: {
    kind: 'struggling',
    message: 'The store sent an empty response',
    advice: 'A plugin ends PHP early. See the error log of PHP on the server of the store.',
  },
  malformed_http: {
    kind: 'struggling',
    message: 'The server at this address does not speak valid HTTP',
    advice: 'Check the port of the address; a proxy or a plugin may corrupt the response headers.',
  },
  timeout_connect: {
    kind: 'struggling',
    message: 'The store could not be reached in time',
    advice: 'Check that the store is up and does not block our address.',
  },
  timeout_headers: {
    kind: 'struggling',
    message: 'The store took too long to answer',
    advice: 'The store is slow; a smaller page size or a quieter time of day helps.',
  },
  timeout_total: {
    kind: 'struggling',
    message: 'The store took too long to send its response',
    advice: 'The store is slow; a smaller page size or a quieter time of day helps.',
  },
  connection_reset: {
    kind: 'struggling',
    message: 'The connection to the store was interrupted',
    advice: 'Wait; if it repeats, check the firewall and the limits of PHP.',
  },
  dns: {
    kind: 'struggling',
    message: 'The name of the store could not be resolved',
    advice: 'Check the spelling of the address and the DNS of the store.',
  },
  refused_connection: {
    kind: 'struggling',
    message: 'The store does not accept connections',
    advice: 'Check that the store is up and that the port is right.',
  },
  bad_answer: {
    kind: 'struggling',
    message: 'The store responded with JSON that WooCommerce does not send',
    advice: 'A plugin or proxy changes the responses of the REST API.',
  },
  unknown: {
    kind: 'struggling',
    message: 'The request to the store failed for an unknown reason',
    advice: 'Wait; if it repeats, report the code of the cause.',
  },
  not_found: {
    kind: 'record',
    message: 'The store has no such customer',
    advice: 'The customer was deleted in the store.',
  },
  closed: {
    kind: 'bug',
    message: 'The connection to the store was used after we closed it',
    advice: 'Nothing to do while Mantis Sync shuts down; report this if it happens at other times.',
  },
  bad_request: {
    kind: 'bug',
    message: 'The store rejected our request as malformed',
    advice: 'Report this; it is caused by Mantis Sync or by a plugin that changes the API.',
  },
} as const satisfies Record<string, WooErrorEntry>;

export type WooErrorCode = keyof typeof wooErrors;

export interface WooErrorDetails {
  /** The store's clock when it responded. */
  readonly storeDate?: Date | null;
  /** When the store responded, by our clock. */
  readonly reading?: Reading | undefined;
  /** HTTP status of the response, if there was one. */
  readonly status?: number | null;
  /** The wait that the store requested, clamped by `parseRetryAfter`. */
  readonly retryAfterMs?: number | null;
  /** Text from the store; scrubbed and cut here. Never pass customer data. */
  readonly excerpt?: string | null;
  /** Appended to the message. Must not contain secrets, query strings or personal data. */
  readonly detail?: string | undefined;
  /** Replaces the advice of the code with something more specific. */
  readonly advice?: string | undefined;
  readonly cause?: unknown;
}

/** The part of a lower-level error that is kept: enough to search for, without quotes of a body or URL. */
export interface WooErrorCause {
  readonly name: string;
  readonly code: string | null;
}

/**
 * The only error of the WooCommerce client. (An abort by the caller's signal is rethrown unchanged.) All of
 * its fields may be logged and shown.
 */
export class WooError extends Error {
  override readonly name = 'WooError';
  override readonly cause: WooErrorCause | null;
  readonly code: WooErrorCode;
  readonly kind: WooErrorKind;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** The store's clock when it responded; null if it sent no date. */
  readonly storeDate: Date | null;
  /** When the store responded, by our clock; null without a response. */
  readonly reading: Reading | null;
  readonly advice: string;
  readonly excerpt: string | null;

  constructor(code: WooErrorCode, details: WooErrorDetails = {}) {
    const entry: WooErrorEntry = wooErrors[code];
    super(details.detail ? `${entry.message} (${details.detail}).` : `${entry.message}.`);
    this.code = code;
    this.kind = entry.kind;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.storeDate = details.storeDate ?? null;
    this.reading = details.reading ?? null;
    this.advice = details.advice ?? entry.advice;
    this.excerpt = details.excerpt ? scrubExcerpt(details.excerpt) : null;
    this.cause = describeCause(details.cause);
  }
}

/** Name and code only: parsers quote the body in their messages, and `data` may contain raw bytes. */
function describeCause(cause: unknown): WooErrorCause | null {
  if (!(cause instanceof Error)) return null;
  return { name: cause.name, code: errorCode(cause) };
}

/** The `code` of a Node or undici error, or null. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** The reaction to a failure; see `docs/stores.md`. */
export type Reaction = 'pause' | 'stop' | 'fail_line' | 'halve' | 'wait';

/**
 * Decides the reaction to a failure. `halve`: request a smaller page after the page failed twice while another
 * one was served; until then, and for `wait`, repeat the same request later.
 */
export function reactionTo(error: WooError): Reaction {
  if (error.kind === 'refused') return 'pause';
  if (error.kind === 'bug') return 'stop';
  if (error.kind === 'record') return 'fail_line';
  return mayBeOneRecord(error) ? 'halve' : 'wait';
}

const answersOfOnePage: ReadonlySet<WooErrorCode> = new Set<WooErrorCode>([
  'store_error',
  'store_unavailable',
  'empty_answer',
  'not_found',
  'headers_too_large',
  'malformed_http',
  'not_json',
  'php_noise',
  'bad_compression',
  'bad_encoding',
  'truncated',
  'too_large',
  'too_deep',
  'timeout_headers',
  'timeout_total',
  'connection_reset',
]);

/**
 * True if one invalid or large record on the page can be the cause, so that a smaller page may succeed. A
 * store that is down fails in the same way; requesting another page distinguishes the two.
 */
export function mayBeOneRecord(error: WooError): boolean {
  return answersOfOnePage.has(error.code);
}
