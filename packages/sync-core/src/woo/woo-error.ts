import type { Reading } from '../domain/choose-answer.ts';
import { scrubExcerpt } from './scrub-excerpt.ts';

/**
 * The class of a failure; it alone drives the reaction.
 * - `refused`: the store will not serve us until a person changes something. Pause the store.
 * - `struggling`: the store or the way to it is in trouble. Wait and try again.
 * - `record`: only the one customer asked for is concerned. Fail its line.
 * - `bug`: our own request was wrong. Stop rather than repeat it.
 *
 * `mayBeOneRecord` says which of them a single customer on a page can cause: those are also asked for in
 * smaller pages.
 */
export type WooErrorKind = 'refused' | 'struggling' | 'record' | 'bug';

interface WooErrorEntry {
  readonly kind: WooErrorKind;
  readonly message: string;
  readonly advice: string;
}

/** Every way in which talking to a store can fail, in an operator's words. */
export const wooErrors = {
  wrong_key: {
    kind: 'refused',
    message: 'The store does not know this consumer key',
    advice:
      'Copy the key again, or make a new one under WooCommerce → Settings → Advanced → REST API. A key is gone when its WordPress user is deleted.',
  },
  wrong_secret: {
    kind: 'refused',
    message: 'The store knows the consumer key, but the consumer secret is wrong',
    advice: 'Copy the secret again; it is shown only once, so make a new key if it is lost.',
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
    advice: 'Make a key that belongs to an administrator or a shop manager.',
  },
  credentials: {
    kind: 'refused',
    message: 'The keys of the store cannot be opened here',
    advice:
      'Put the key that sealed them back into MANTIS_SECRET_KEYS of every process and resume the store, or give the store its consumer key and secret again.',
  },
  authorization_stripped: {
    kind: 'refused',
    message: "The store's web server removes the Authorization header",
    advice:
      'Let the web server pass the header on (Apache: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1), or connect again so that the keys are sent in the query.',
  },
  plain_http_keys: {
    kind: 'refused',
    message: 'The keys would cross the network unencrypted',
    advice: 'Use the https address of the store, or connect again so that requests are signed.',
  },
  login_plugin: {
    kind: 'refused',
    message: 'A login plugin of the store takes our keys for a user name and a password',
    advice:
      'Exempt /wp-json/wc/ in that plugin (JWT Authentication, Basic Auth, Application Passwords and the like), or connect again so that the keys are sent in the query.',
  },
  web_login: {
    kind: 'refused',
    message: 'The web server asks for a login of its own, as staging sites do',
    advice:
      'Give the store its web server login (user name and password of the browser’s dialog) in its connection, or lift the password protection for /wp-json/.',
  },
  https_port: {
    kind: 'refused',
    message: 'This port of the store speaks https, and was asked by http',
    advice: 'Use the https address of the store.',
  },
  not_woocommerce: {
    kind: 'refused',
    message: 'There is no WooCommerce API at this address',
    advice:
      'Check the address of the shop (with its folder, if it has one) and that WooCommerce is active.',
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
      'Choose another structure than Plain under Settings → Permalinks, or connect the store again.',
  },
  redirected: {
    kind: 'refused',
    message: 'The store sends us to another address',
    advice:
      'Save the final address of the store; keys are never sent along after a redirect on their own.',
  },
  bad_signature: {
    kind: 'refused',
    message: 'The store does not accept the signature of our request',
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
    message: 'The address is not one that we may call',
    advice:
      'Use the public address of the store, on port 80, 443, 8080 or 8443. For a store in a private network, add its host to the setting MANTIS_ALLOW_STORE_HOSTS and restart Mantis Sync.',
  },
  bad_url: {
    kind: 'refused',
    message: 'This is not the address of a store',
    advice: 'Give the address of the shop, such as https://shop.example.com.',
  },
  nonce_used: {
    kind: 'struggling',
    message: 'The store says that it has seen this signed request before',
    advice: 'A proxy before the store repeats requests; this heals itself unless it is frequent.',
  },
  rate_limited: {
    kind: 'struggling',
    message: 'The store asks us to slow down',
    advice: 'Nothing to do: we wait as long as it asks. Lower the pace of the store if it repeats.',
  },
  store_error: {
    kind: 'struggling',
    message: 'The store failed with an error of its own',
    advice: 'See WooCommerce → Status → Logs (fatal-errors); often one plugin or one user record.',
  },
  store_unavailable: {
    kind: 'struggling',
    message: 'The store or its proxy is not available',
    advice: 'Wait; if it lasts, ask the host of the store.',
  },
  database_down: {
    kind: 'struggling',
    message: 'The store cannot reach its own database',
    advice: 'Nothing to do here: we wait. If it lasts, ask the host of the store.',
  },
  maintenance: {
    kind: 'struggling',
    message: 'The store is in maintenance mode',
    advice: 'Wait for the update to end; delete the file .maintenance if one was left behind.',
  },
  captcha: {
    kind: 'struggling',
    message: 'A bot protection answered in place of the store',
    advice: 'Let the host or firewall exempt the user agent "MantisSync" from its bot protection.',
  },
  cached: {
    kind: 'struggling',
    message: 'A cache answered with old data in place of the store',
    advice: 'Exclude /wp-json/wc/ from caching (LiteSpeed: turn off "Cache REST API").',
  },
  not_json: {
    kind: 'struggling',
    message: 'The store answered with something other than JSON',
    advice: 'Open the store in a browser; a plugin, an error page or a proxy answers in its place.',
  },
  php_noise: {
    kind: 'struggling',
    message: 'PHP messages are mixed into the data of the store',
    advice: 'Set WP_DEBUG_DISPLAY to false in wp-config.php and repair the plugin that is named.',
  },
  bad_compression: {
    kind: 'struggling',
    message: 'The answer of the store is compressed in another way than its headers say',
    advice:
      'A plugin and the web server both compress, or a proxy changes the headers: turn compression off in the plugin (Content-Encoding).',
  },
  bad_encoding: {
    kind: 'struggling',
    message: 'The answer of the store is not valid UTF-8',
    advice: 'A plugin changes the encoding, or a record holds broken characters.',
  },
  truncated: {
    kind: 'struggling',
    message: 'The answer of the store broke off',
    advice: 'Wait; if it repeats, look at the memory and time limits of PHP.',
  },
  too_large: {
    kind: 'struggling',
    message: 'The answer of the store is too large',
    advice: 'It exceeds a limit of ours (10 MB). Look for large custom fields of customers.',
  },
  too_deep: {
    kind: 'struggling',
    message: 'The answer of the store is nested too deeply',
    advice: 'It exceeds a limit of ours (512 levels). Look for nested custom fields of customers.',
  },
  headers_too_large: {
    kind: 'struggling',
    message: 'The headers of the store’s answer are too large',
    advice:
      'A plugin sends a header line for each customer, often a notice of PHP. Turn off its debugging output.',
  },
  empty_answer: {
    kind: 'struggling',
    message: 'The store answered with nothing',
    advice: 'A plugin ends PHP early. See the error log of PHP on the server of the store.',
  },
  malformed_http: {
    kind: 'struggling',
    message: 'What answers at this address does not speak HTTP properly',
    advice: 'Check the port of the address; a proxy or a plugin may break the answer’s headers.',
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
    message: 'The store took too long to send its answer',
    advice: 'The store is slow; a smaller page size or a quieter time of day helps.',
  },
  connection_reset: {
    kind: 'struggling',
    message: 'The connection to the store was cut',
    advice: 'Wait; if it repeats, look at the firewall and at the limits of PHP.',
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
    message: 'The store answered with JSON of another shape than WooCommerce has',
    advice: 'A plugin or proxy changes the answers of the REST API.',
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
    advice: 'Report this; it is a fault of Mantis Sync or of a plugin that changes the API.',
  },
} as const satisfies Record<string, WooErrorEntry>;

export type WooErrorCode = keyof typeof wooErrors;

export interface WooErrorDetails {
  /** The store's clock when it answered. */
  readonly storeDate?: Date | null;
  /** When the store said so, by our clock. */
  readonly reading?: Reading | undefined;
  /** HTTP status of the answer, if there was one. */
  readonly status?: number | null;
  /** What the store asked us to wait, clamped by `parseRetryAfter`. */
  readonly retryAfterMs?: number | null;
  /** Text of the store; scrubbed and cut here. Never pass customer data. */
  readonly excerpt?: string | null;
  /** Added to the message. Must not hold secrets, query strings or personal data. */
  readonly detail?: string | undefined;
  /** Instead of the advice of the code, where more is known. */
  readonly advice?: string | undefined;
  readonly cause?: unknown;
}

/** What is kept of a lower error: enough to search for, nothing that quotes a body or a URL. */
export interface WooErrorCause {
  readonly name: string;
  readonly code: string | null;
}

/**
 * The one error that the WooCommerce client throws. (An abort by the caller's own signal is
 * rethrown as it is.) All of its fields may be logged and shown.
 */
export class WooError extends Error {
  override readonly name = 'WooError';
  override readonly cause: WooErrorCause | null;
  readonly code: WooErrorCode;
  readonly kind: WooErrorKind;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** The store's clock when it answered; null where it did not say. */
  readonly storeDate: Date | null;
  /** When the store said so, by our clock; null where no answer came. */
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

/** Name and code only: parsers quote the body in their messages, and `data` may hold raw bytes. */
function describeCause(cause: unknown): WooErrorCause | null {
  if (!(cause instanceof Error)) return null;
  return { name: cause.name, code: errorCode(cause) };
}

/** The `code` of a Node or undici error, or null. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** One or two sentences for the dashboard: what happened, and what to do. */
export function toOperatorMessage(error: unknown): string {
  if (!(error instanceof WooError)) return 'Something went wrong on our side. Report this.';
  return `${error.message} ${error.advice}`;
}

/** What a failure makes us do; see `docs/stores.md`. */
export type Reaction = 'pause' | 'stop' | 'fail_line' | 'halve' | 'wait';

/**
 * The reaction to a failure. `halve`: a smaller page is asked for once the page failed twice while another
 * one was served; until then, and for `wait`, the same is asked for again later.
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
 * True if one bad or heavy record on the page can be the reason, so that a smaller page may succeed where
 * this one fails. A store that is down answers like this too: what tells them apart is another page.
 */
export function mayBeOneRecord(error: WooError): boolean {
  return answersOfOnePage.has(error.code);
}
