import { cleanJson, cutText, inspectJson } from './clean-json.ts';
import { parseWooDate } from './parse-woo-date.ts';

/** Told of what was read otherwise than as sent: a code, and the field it is about. */
export type Warn = (code: WarningCode, field: string) => void;

/** What was done with a value, and how a person is told of it. `N customers` follows. */
export const WARNINGS = {
  read_as_text: 'was not a text and was read as one',
  not_text: 'was not a text and was left empty',
  not_flag: 'was neither true nor false and was taken for false',
  not_address: 'was not an address and was left empty',
  not_list: 'was not a list and was left empty',
  bad_url: 'was not a web address and was left empty',
  bad_date: 'was not a date and was left empty',
  impossible_date: 'was a date that no shop can have and was left empty',
  too_long: 'was too long and was left empty',
  cut: 'was too long and was cut',
  left_out: 'had entries that could not be read; they were left out',
  too_large: 'had parts that were too large; they were left out',
  nul_removed: 'held NUL characters; they were removed',
  lone_surrogate_replaced: 'held broken characters; they were replaced',
  proto_key_removed: 'held keys named __proto__; they were removed',
} as const;

export type WarningCode = keyof typeof WARNINGS;

/** Characters of a part that is kept whole or not at all. */
const MAX_PART_SIZE = 65_536;
const MAX_PART_DEPTH = 32;
const MAX_SHORT_TEXT = 255;
/** Characters of a field that holds JSON as a text. */
const MAX_ENCODED = 262_144;
const MAX_URL = 2_048;

/** Dates before this one are no dates of a shop; the epoch of Unix is among them. */
const FIRST_DATE = Date.UTC(1990, 0, 1);
/** A store's clock and its time zone may be wrong by this much, in milliseconds. */
const DATE_SLACK_MS = 48 * 3_600_000;

/**
 * A list of one is read as its only entry, and an empty list or object as nothing: PHP writes both for
 * a plain value. A list with gaps comes as an object with numbers for keys.
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

/** A text that PostgreSQL can store. */
function storable(text: string, field: string, warn: Warn): string {
  return cleanJson(text, (what) => warn(what, field)) as string;
}

/** Whether a value means one text, or none. */
export function meansText(value: unknown): boolean {
  const plain = only(value);
  return (
    plain === null || ['string', 'number', 'undefined'].includes(typeof plain) || plain === false
  );
}

/** A text of any length. Accepts numbers and lists of one; `null` and `false` are an empty text. */
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

/** A text of at most 255 characters; a longer one is cut. */
export function readText(value: unknown, field: string, warn: Warn): string {
  const text = plainText(value, field, warn);
  if (text.length <= MAX_SHORT_TEXT) return text;
  warn('cut', field);
  return cutText(text, MAX_SHORT_TEXT);
}

/** The first of several, as WooCommerce itself does with a user of several roles. */
export function readRole(value: unknown, field: string, warn: Warn): string {
  const roles = asList(value);
  return readText(roles && roles.length > 1 ? roles.slice(0, 1) : value, field, warn);
}

/** Null for none. Part of an address would be another address: too long is none. */
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
 *
 * @param readAt when the store said so; a shop has no dates after it
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

/** An object; an empty one for PHP's empty list and for nothing. */
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

/** A part as it can be stored, and its size in characters; null where it is too large or too deep. */
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
