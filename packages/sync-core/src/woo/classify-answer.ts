import { parseRetryAfter } from './retry-timing.ts';
import { scrubExcerpt } from './scrub-excerpt.ts';
import type { StoreAnswer } from './send-request.ts';
import { readStoreDate } from './store-date.ts';
import { WooError, type WooErrorCode, type WooErrorDetails } from './woo-error.ts';

/** The part of an answer that says what went wrong. */
export type FailedAnswer = Pick<StoreAnswer, 'url' | 'status' | 'header' | 'text'>;

/** An error of WordPress: `{ code, message, data: { status } }`. */
export interface WordPressError {
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
}

/**
 * The WooError that explains an answer which is not a success: a redirect, a status of 4xx or 5xx,
 * or an error of WordPress that came with 200. Retry-After is read where it is given.
 */
export function classifyFailure(
  answer: FailedAnswer,
  now: number,
  wordPress: WordPressError | null = readWordPressError(answer.text),
): WooError {
  if (answer.status >= 300 && answer.status < 400) return classifyRedirect(answer);
  const status = wordPress && answer.status < 300 ? (wordPress.status ?? 500) : answer.status;
  const details: WooErrorDetails = {
    status: answer.status,
    retryAfterMs: parseRetryAfter(answer.header('retry-after'), now),
    storeDate: readStoreDate(answer.header('date')),
    excerpt: wordPress ? `${wordPress.code}: ${wordPress.message}` : answer.text,
  };
  return new WooError(failureCode(status, wordPress, answer), details);
}

function failureCode(
  status: number,
  wordPress: WordPressError | null,
  answer: FailedAnswer,
): WooErrorCode {
  if (isCaptcha(answer)) return 'captcha';
  if (status === 429) return 'rate_limited';
  if (status >= 500) return serverErrorCode(status, wordPress?.message ?? answer.text);
  if (status === 408 || status === 425) return 'store_unavailable';
  if (wordPress) return wordPressCode(status, wordPress);
  if (status === 404 || status === 410) return missingPageCode(answer);
  // A page that is not of WordPress: firewall, password protection, bot filter (405, 406, 455).
  if (status === 413 || status === 414 || status === 431) return 'bad_request';
  return 'rest_blocked';
}

function serverErrorCode(status: number, words: string): WooErrorCode {
  if (status === 503 && isMaintenance(words)) return 'maintenance';
  // 508: resource limit of shared hosts; 52x: Cloudflare cannot reach the store.
  const isGateway = [502, 503, 504, 508, 509].includes(status) || (status >= 520 && status <= 530);
  return isGateway ? 'store_unavailable' : 'store_error';
}

function wordPressCode(status: number, { code, message }: WordPressError): WooErrorCode {
  if (code.startsWith('woocommerce_rest_authentication')) return authenticationCode(message);
  if (code === 'rest_no_route') return 'not_woocommerce';
  if (code === 'woocommerce_rest_cannot_view') {
    return status === 401 ? 'wrong_key' : 'key_user_not_allowed';
  }
  if (status === 404 && code.endsWith('invalid_id')) return 'not_found';
  if (status === 401 || status === 403) return 'rest_blocked';
  if (status === 404) return 'not_woocommerce';
  return 'bad_request';
}

/** WooCommerce tells these apart by text alone, and translates the text. */
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

function classifyRedirect({ url, status, header }: FailedAnswer): WooError {
  const location = header('location') ?? '';
  const from = new URL(url);
  if (!URL.canParse(location, url)) return new WooError('redirected', { status });
  const to = new URL(location, url);
  // With plain permalinks /wp-json/… is a page that WordPress redirects to itself with a slash.
  if (to.origin === from.origin && to.pathname === `${from.pathname}/`) {
    return new WooError('plain_permalinks', { status });
  }
  // The store chooses this name, and may put into it what it knows.
  return new WooError('redirected', { status, detail: scrubExcerpt(to.origin) ?? 'elsewhere' });
}

/** A 2xx whose text is not JSON at all, but a page. Null if it is no page either. */
export function classifyPage(answer: FailedAnswer): WooError | null {
  const details = { status: answer.status, excerpt: answer.text };
  if (isCaptcha(answer)) return new WooError('captcha', details);
  if (!isHtml(answer.text)) return null;
  if (isMaintenance(answer.text)) return new WooError('maintenance', details);
  if (hasPlainPermalinks(answer)) return new WooError('plain_permalinks', details);
  return new WooError('not_json', details);
}

function missingPageCode(answer: FailedAnswer): WooErrorCode {
  return hasPlainPermalinks(answer) ? 'plain_permalinks' : 'not_woocommerce';
}

/** WordPress names the address of its API on every page. */
function hasPlainPermalinks({ header }: FailedAnswer): boolean {
  return /[?&]rest_route=[^>]*>;\s*rel="https:\/\/api\.w\.org\/"/.test(header('link') ?? '');
}

function isCaptcha({ header, text }: FailedAnswer): boolean {
  if (header('sg-captcha') !== null || header('cf-mitigated') === 'challenge') return true;
  // Not the bare word: half of all shops have a captcha in a form of their home page.
  return isHtml(text) && challengePage.test(text.slice(0, 20_000));
}

const challengePage =
  /sgcaptcha|cf[-_]chl|challenge-platform|imunify360|<title>[^<]*(?:just a moment|captcha|robot|human|attention required)/i;

function isMaintenance(text: string): boolean {
  return /scheduled maintenance|maintenance mode|under maintenance/i.test(text.slice(0, 20_000));
}

function isHtml(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|!--)/i.test(text);
}

/** Reads the error object of WordPress, or null if the text is something else. */
function readWordPressError(text: string): WordPressError | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return asWordPressError(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The same for a value that is parsed already. */
export function asWordPressError(value: unknown): WordPressError | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!('code' in value) || typeof value.code !== 'string') return null;
  const message = 'message' in value && typeof value.message === 'string' ? value.message : '';
  const data: unknown = 'data' in value ? value.data : null;
  const hasStatus = typeof data === 'object' && data !== null && 'status' in data;
  const status = hasStatus && typeof data.status === 'number' ? data.status : null;
  return { code: value.code, message, status };
}
