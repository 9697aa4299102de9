import { cleanJson, cutText, inspectJson } from './clean-json.ts';
import { parseWooDate } from './parse-woo-date.ts';

/** Called for each value that was corrected: with a code and the field. */
export type Warn = (code: WarningCode, field: string) => void;

/** How a value was corrected, worded for operators; follows `N customers`. */
export const WARNINGS = {
  read_as_text: 'was not text and was read as text',
  not_text: 'was not text and was left empty',
  not_flag: 'was neither true nor false and was read as false',
  not_address: 'was not an address and was left empty',
  not_list: 'was not a list and was left empty',
  bad_url: 'was not a web address and was left empty',
  bad_date: 'was not a date and was left empty',
  impossible_date: 'was an impossible date and was left empty',
  too_long: 'was too long and was left empty',
  cut: 'was too long and was cut',
  left_out: 'had invalid entries, which were removed',
  too_large: 'had parts that were too large, which were removed',
  nul_removed: 'contained NUL characters, which were removed',
  lone_surrogate_replaced: 'contained invalid characters, which were replaced',
  proto_key_removed: 'contained keys named __proto__, which were removed',
} as const;

export type WarningCode = keyof typeof WARNINGS;

/** Maximum size in characters of a part that is stored completely or not at all. */
const MAX_PART_SIZE = 65_536;
const MAX_PART_DEPTH = 32;
const MAX_SHORT_TEXT = 255;
/** Characters of a field that holds JSON as a text. */
const MAX_ENCODED = 262_144;
const MAX_URL = 2_048;

/** Earlier dates are invalid; the Unix epoch is among them. */
const FIRST_DATE = Date.UTC(1990, 0, 1);
/** Tolerance for a wrong clock or time zone of a store, in milliseconds. */
const DATE_SLACK_MS = 48 * 3_600_000;

/**
 * Unwraps a list with one entry and treats an empty list or object as missing: PHP writes both for a scalar. A
 * list with gaps arrives as an object with numeric keys.
 */
function only(value: unknown): unknown {
  const entries = asList(value);
  if (entries === null || entries.length > 1) return value;
  return entries[0] ?? null;
}

/** The entries of a PHP list, or null for anything else. */
export function asList(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : null;
}

/** A list or an object that a plugin encoded once more is read as what it encodes. */
export function decoded(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value) || value.length > MAX_ENCODED)
    return value;
  try {
    const inner: unknown = JSON.parse(value);
    return inspectJson(inner, MAX_ENCODED, MAX_PART_DEPTH).tooDeep ? value : inner;
  } catch {
    return value;
  }
}

/** Text that PostgreSQL can store. */
function storable(text: string, field: string, warn: Warn): string {
  return cleanJson(text, (what) => warn(what, field)) as string;
}

/** Whether a value represents one text, or none. */
export function meansText(value: unknown): boolean {
  const plain = only(value);
  return (
    plain === null || ['string', 'number', 'undefined'].includes(typeof plain) || plain === false
  );
}

/** Text of any length. Accepts numbers and lists with one entry; `null` and `false` become an empty text. */
function plainText(value: unknown, field: string, warn: Warn): string {
  if (typeof value === 'string') return storable(value, field, warn);
  if (value === null || value === undefined) return '';
  const plain = only(value);
  if (typeof plain !== 'string' && typeof plain !== 'number') {
    warn('not_text', field);
    return '';
  }
  warn('read_as_text', field);
  return storable(String(plain), field, warn);
}

/** Text of at most 255 characters; longer text is cut. */
export function readText(value: unknown, field: string, warn: Warn): string {
  const text = plainText(value, field, warn);
  if (text.length <= MAX_SHORT_TEXT) return text;
  warn('cut', field);
  return cutText(text, MAX_SHORT_TEXT);
}

/** The first of several values; WooCommerce does the same with the roles of a user. */
export function readRole(value: unknown, field: string, warn: Warn): string {
  const roles = asList(value);
  return readText(roles && roles.length > 1 ? roles.slice(0, 1) : value, field, warn);
}

/** Null for none. Never cut: a shortened address would be a different address. */
export function readEmail(value: unknown, field: string, warn: Warn): string | null {
  const email = plainText(value, field, warn).trim();
  if (email.length <= 320) return email === '' ? null : email;
  warn('too_long', field);
  return null;
}

export function readUrl(value: unknown, field: string, warn: Warn): string | null {
  const text = plainText(value, field, warn).trim();
  // Pictures are often given without a scheme, so that they load by http and https.
  const url = text.startsWith('//') ? `https:${text}` : text;
  if (url === '') return null;
  if (url.length <= MAX_URL && /^https?:\/\//i.test(url)) return url;
  warn('bad_url', field);
  return null;
}

const FLAGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[true, 1, '1', 'true', 'yes', 'on'].map((word) => [word, true] as const),
  ...[false, 0, '0', 'false', 'no', 'off', '', null, undefined].map(
    (word) => [word, false] as const,
  ),
]);

export function readFlag(value: unknown, field: string, warn: Warn): boolean {
  const plain = only(value);
  const flag = FLAGS.get(typeof plain === 'string' ? plain.trim().toLowerCase() : plain);
  if (flag === undefined) warn('not_flag', field);
  return flag ?? false;
}

/**
 * A `*_gmt` date as UTC, or null where there is none.
 * @param readAt when the store sent it; later dates are invalid
 */
export function readDate(value: unknown, field: string, warn: Warn, readAt: Date): Date | null {
  if (value === null || value === undefined) return null;
  const date = parseWooDate(only(value));
  if (date === undefined) {
    warn('bad_date', field);
    return null;
  }
  if (date.getTime() >= FIRST_DATE && date.getTime() <= readAt.getTime() + DATE_SLACK_MS)
    return date;
  warn('impossible_date', field);
  return null;
}

/** An object; empty for PHP's empty list and for a missing value. */
export function readObject(
  value: unknown,
  field: string,
  warn: Warn,
): Readonly<Record<string, unknown>> {
  const plain = only(decoded(value));
  if (plain === null || plain === undefined || plain === '') return {};
  if (typeof plain === 'object' && asList(plain) === null) return plain as Record<string, unknown>;
  warn('not_address', field);
  return {};
}

/** A part that can be stored and its size in characters; null if it is too large or too deep. */
export function readPart(
  value: unknown,
  field: string,
  warn: Warn,
): { value: unknown; size: number } | null {
  const { size, tooDeep, dirty } = inspectJson(value, MAX_PART_SIZE, MAX_PART_DEPTH);
  if (tooDeep || size > MAX_PART_SIZE) {
    warn('too_large', field);
    return null;
  }
  return { value: dirty ? cleanJson(value, (what) => warn(what, field)) : value, size };
}

/** A row without its hypermedia links, which are a quarter of it and describe nothing of the customer. */
export function withoutLinks(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || !('_links' in row)) return row;
  const { _links, ...rest } = row;
  return rest;
}
