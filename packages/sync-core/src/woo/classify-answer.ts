import { type AnswerFacts, factsOf, findSign, type WordPressError } from './answer-signs.ts';
import { parseStoreJson } from './parse-json.ts';
import { parseRetryAfter } from './retry-timing.ts';
import { scrubExcerpt } from './scrub-excerpt.ts';
import { readingOf, type StoreAnswer } from './send-request.ts';
import { readStoreDate } from './store-date.ts';
import { WooError, type WooErrorCode, type WooErrorDetails } from './woo-error.ts';

/** The part of a response that explains a failure. */
export type FailedAnswer = Pick<StoreAnswer, 'url' | 'status' | 'header' | 'text'> &
  Partial<Pick<StoreAnswer, 'arrivedAt' | 'durationMs' | 'hasWebLogin'>>;

/**
 * The WooError for a response that is not a success: a redirect, a status of 4xx or 5xx, or a WordPress error
 * sent with 200. Reads Retry-After if present.
 */
export function classifyFailure(
  answer: FailedAnswer,
  now: number,
  wordPress: WordPressError | null = readWordPressError(answer.text),
): WooError {
  if (answer.status >= 300 && answer.status < 400) return classifyRedirect(answer);
  const status = wordPress && answer.status < 300 ? statusOf(wordPress) : answer.status;
  const facts = factsOf({ ...answer, status }, wordPress);
  const sign = findSign(facts);
  const details: WooErrorDetails = {
    status: answer.status,
    retryAfterMs: parseRetryAfter(answer.header('retry-after'), now),
    storeDate: readStoreDate(answer.header('date')),
    reading: readingOf({
      ...answer,
      arrivedAt: answer.arrivedAt ?? now,
      durationMs: answer.durationMs ?? 0,
    }),
    excerpt: wordPress ? wordsOf(wordPress) : answer.text,
    detail: sign?.detail,
    advice: sign?.advice,
  };
  return new WooError(sign?.code ?? failureCode(facts), details);
}

/** What an error that came as a success would have had for a status. */
function statusOf({ status, code }: WordPressError): number {
  return status ?? (code.startsWith('woocommerce_rest_') ? 401 : 500);
}

function failureCode({ status, wordPress, header }: AnswerFacts): WooErrorCode {
  if (status === 429) return 'rate_limited';
  if (status >= 500) return serverErrorCode(status);
  if (status === 408 || status === 425) return 'store_unavailable';
  if (wordPress) return wordPressCode(status, wordPress);
  if (status === 404 || status === 410) return missingPageCode(header);
  // A page that is not from WordPress: firewall, password protection, bot filter (405, 406, 455).
  if (status === 413 || status === 414 || status === 431) return 'bad_request';
  return 'rest_blocked';
}

function serverErrorCode(status: number): WooErrorCode {
  // 508: resource limit of shared hosts; 52x: Cloudflare cannot reach the store.
  const isGateway = [502, 503, 504, 508, 509].includes(status) || (status >= 520 && status <= 530);
  return isGateway ? 'store_unavailable' : 'store_error';
}

function wordPressCode(status: number, { code, message }: WordPressError): WooErrorCode {
  if (code.startsWith('woocommerce_rest_authentication')) return authenticationCode(message);
  if (code === 'rest_no_route') return 'not_woocommerce';
  if (code.startsWith('woocommerce_rest_cannot_')) {
    return status === 401 ? 'wrong_key' : 'key_user_not_allowed';
  }
  if (status === 404 && code.endsWith('invalid_id')) return 'not_found';
  if (status === 401 || status === 403) return 'rest_blocked';
  if (status === 404) return 'not_woocommerce';
  return 'bad_request';
}

/** WooCommerce distinguishes these by text only, which it translates. */
const authenticationTexts: readonly (readonly [RegExp, WooErrorCode])[] = [
  [/secret is invalid/i, 'wrong_secret'],
  [/key is invalid/i, 'wrong_key'],
  [/read permission/i, 'key_without_read'],
  [/timestamp/i, 'clock_skew'],
  [/nonce/i, 'nonce_used'],
  [/signature/i, 'bad_signature'],
];

function authenticationCode(message: string): WooErrorCode {
  return authenticationTexts.find(([text]) => text.test(message))?.[1] ?? 'key_refused';
}

/** Redirect targets that are not the store, but an obstacle. */
const REDIRECTS: readonly (readonly [RegExp, WooErrorCode, WooErrorDetails])[] = [
  [
    /\/wp-login\.php|[?&](?:redirect_to|reauth)=|\/(?:log-?in|sign-?in|anmelden|connexion)\/?(?:[?#]|$)/i,
    'rest_blocked',
    { detail: 'it asks for a login of WordPress' },
  ],
  [
    /\/\.well-known\/(?:sg)?captcha|__cf_chl|\/cdn-cgi\/|captcha-delivery\.com|perfdrive\.com|\/(?:captcha|challenge)\b/i,
    'captcha',
    {},
  ],
  [
    /suspendedpage\.cgi|\/suspended\b/i,
    'rest_blocked',
    {
      detail: 'the host suspended the site',
      advice: 'The host has switched the site off: its owner has to talk to the host.',
    },
  ],
  [/defaultwebpage\.cgi/i, 'not_woocommerce', { detail: 'the host has no site at this address' }],
  [/\/(?:maintenance|coming-soon|under-construction|wartung)\b/i, 'maintenance', {}],
];

function classifyRedirect({ url, status, header }: FailedAnswer): WooError {
  const location = header('location') ?? '';
  const from = new URL(url);
  if (!URL.canParse(location, url)) return new WooError('redirected', { status });
  const to = new URL(location, url);
  // With plain permalinks, WordPress redirects the page /wp-json/… to itself with a slash.
  if (to.origin === from.origin && to.pathname === `${from.pathname}/`) {
    return new WooError('plain_permalinks', { status });
  }
  const place = REDIRECTS.find(([pattern]) => pattern.test(to.href));
  if (place) return new WooError(place[1], { status, ...place[2] });
  // The store controls this name; it may contain data.
  return new WooError('redirected', { status, detail: scrubExcerpt(to.origin) ?? 'elsewhere' });
}

/** For a 2xx without complete JSON that is a page or a known sign. Null if it is neither. */
export function classifyPage(answer: FailedAnswer): WooError | null {
  const facts = factsOf(answer, null);
  const sign = findSign(facts);
  const details = { status: answer.status, excerpt: answer.text };
  if (sign)
    return new WooError(sign.code, { ...details, detail: sign.detail, advice: sign.advice });
  if (!/^\s*<(?:!doctype|html|head|body|title)/i.test(facts.text)) return null;
  if (hasPlainPermalinks(answer.header)) return new WooError('plain_permalinks', details);
  return new WooError('not_json', details);
}

function missingPageCode(header: FailedAnswer['header']): WooErrorCode {
  return hasPlainPermalinks(header) ? 'plain_permalinks' : 'not_woocommerce';
}

/** WordPress names its API's address on every page. */
function hasPlainPermalinks(header: FailedAnswer['header']): boolean {
  return /[?&]rest_route=[^>]*>;\s*rel="https:\/\/api\.w\.org\/"/.test(header('link') ?? '');
}

/** Messages of WordPress and WooCommerce are fixed; those of plugins may contain customer data. */
function wordsOf({ code, message }: WordPressError): string {
  const isFixed = /^(?:woocommerce_rest_|rest_|wc_|wp_die$|internal_server_error$)/.test(code);
  return isFixed ? `${code}: ${message.replace(/<[^>]*>/g, ' ')}` : code;
}

/** Parses WordPress's error object, ignoring the same decoration as for data; null for anything else. */
function readWordPressError(text: string): WordPressError | null {
  if (!/"(?:code|message|error|detail|reason|title)"/.test(text)) return null;
  try {
    return asWordPressError(parseStoreJson(text).value);
  } catch {
    return null;
  }
}

/** The same for a parsed value. Firewalls and proxies use formats of their own. */
export function asWordPressError(value: unknown): WordPressError | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'id' in value)
    return null;
  const fields = value as Record<string, unknown>;
  const { code, data } = fields;
  const message = ['message', 'error_description', 'error', 'detail', 'reason', 'title']
    .map((name) => fields[name])
    .find((words) => typeof words === 'string');
  if (typeof code !== 'string' && (message === undefined || Object.keys(value).length > 6))
    return null;
  const ofData = typeof data === 'object' && data !== null && 'status' in data ? data.status : null;
  const status = [ofData, fields['status'], fields['statusCode'], code].map(asStatus);
  return {
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : '',
    status: status.find((each) => each !== null) ?? null,
  };
}

function asStatus(value: unknown): number | null {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : null;
}
