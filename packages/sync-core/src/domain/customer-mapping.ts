import { cleanJson, cutText } from './clean-json.ts';
import {
  asList,
  decoded,
  meansText,
  readDate,
  readEmail,
  readFlag,
  readObject,
  readPart,
  readRole,
  readText,
  readUrl,
  type Warn,
} from './read-field.ts';

const MAX_META_ENTRIES = 1_000;
const MAX_EXTRA_FIELDS = 100;
/** Maximum size in characters of all meta data, and of all extra fields, of a customer. */
export const MAX_PARTS_SIZE = 262_144;
const MAX_NAME = 255;

/** The order in which addresses are mapped and hashed. */
export const addressKeys = [
  'first_name',
  'last_name',
  'company',
  'address_1',
  'address_2',
  'city',
  'state',
  'postcode',
  'country',
  'email',
  'phone',
] as const;

export type AddressKey = (typeof addressKeys)[number];
export type MappedAddress = Partial<Record<AddressKey, string>>;

export interface MappedMeta {
  readonly id: number | null;
  readonly key: string;
  readonly value: unknown;
}

/** A customer ready to be stored: bounded, well-formed, no NUL. */
export interface MappedCustomer {
  readonly wooId: number;
  /** As the store sends it, trimmed; null for none. Not unique. */
  readonly email: string | null;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: string;
  readonly company: string;
  readonly phone: string;
  readonly city: string;
  /** From the billing address; usually ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly billing: MappedAddress;
  readonly shipping: MappedAddress;
  readonly isPayingCustomer: boolean;
  readonly avatarUrl: string | null;
  /** By ascending id. */
  readonly metaData: readonly MappedMeta[];
  /** Fields that WooCommerce does not define; those within addresses under the address's name. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly dateCreated: Date | null;
  /** Null until the profile is changed for the first time. */
  readonly dateModified: Date | null;
  /**
   * Fields missing from the response, because the key may not read them or a plugin hides them. Their values
   * here are empty; the stored values are kept.
   */
  readonly unknown: readonly CustomerField[];
}

export type CustomerRejection = 'bad_id' | 'schema';

export type ParsedCustomer =
  | {
      readonly ok: true;
      readonly customer: MappedCustomer;
      /** `code:field`, such as `bad_date:date_created_gmt`; codes are those of `WARNINGS`. */
      readonly warnings: readonly string[];
    }
  | {
      readonly ok: false;
      readonly code: CustomerRejection;
      /** Names the field and the expected value, never the actual one. */
      readonly message: string;
      readonly wooId: number | null;
    };

/** The id of a row; null unless it is a positive safe integer. */
export function rowId(row: unknown): number | null {
  if (typeof row !== 'object' || row === null || !('id' in row)) return null;
  const { id } = row;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** The fields that WooCommerce sends and how each is parsed; `read-field.ts` describes the accepted forms. */
const FIELDS = {
  email: ['email', readEmail],
  username: ['username', readText],
  firstName: ['first_name', readText],
  lastName: ['last_name', readText],
  role: ['role', readRole],
  billing: ['billing', readAddress],
  shipping: ['shipping', readAddress],
  isPayingCustomer: ['is_paying_customer', readFlag],
  avatarUrl: ['avatar_url', readUrl],
  metaData: ['meta_data', readMeta],
  dateCreated: ['date_created_gmt', readDate],
  dateModified: ['date_modified_gmt', readDate],
} as const;

export type CustomerField = keyof typeof FIELDS;

type Values = { [F in CustomerField]: ReturnType<(typeof FIELDS)[F][1]> };

/**
 * Parses one row of a store. Only what identifies a customer is strict: the id, an email or username, and the
 * type of the email. Accepts any JSON value and never throws.
 * @param readAt when the store sent it
 */
export function parseCustomer(row: unknown, readAt: Date): ParsedCustomer {
  const wooId = rowId(row);
  if (wooId === null) {
    const message = 'id: expected a whole number from 1 to 2^53-1';
    return { ok: false, code: 'bad_id', message, wooId };
  }
  const warnings = new Set<string>();
  const warn: Warn = (code, field) => void warnings.add(`${code}:${field}`);
  const fields = row as Record<string, unknown>;
  if (fields['email'] === undefined && fields['username'] === undefined) {
    const message = 'email: expected an email or a username';
    return { ok: false, code: 'schema', message, wooId };
  }
  if (!meansText(fields['email'])) {
    return { ok: false, code: 'schema', message: 'email: expected text', wooId };
  }
  return { ok: true, customer: mapCustomer(wooId, fields, warn, readAt), warnings: [...warnings] };
}

function mapCustomer(
  wooId: number,
  row: Record<string, unknown>,
  warn: Warn,
  readAt: Date,
): MappedCustomer {
  const unknown: CustomerField[] = [];
  const values: Partial<Record<CustomerField, unknown>> = {};
  for (const field of Object.keys(FIELDS) as CustomerField[]) {
    const [name, read] = FIELDS[field];
    if (row[name] === undefined) unknown.push(field);
    values[field] = read(row[name], name, warn, readAt);
  }
  const known = values as Values;
  const { company = '', phone = '', city = '', country = '' } = known.billing;
  return { wooId, ...known, company, phone, city, country, extra: mapExtra(row, warn), unknown };
}

function readAddress(value: unknown, field: string, warn: Warn): MappedAddress {
  const address = readObject(value, field, warn);
  const mapped: MappedAddress = {};
  for (const key of addressKeys) {
    const part = address[key];
    // The path is built only when needed: this runs 22 times a customer.
    if (part === '') mapped[key] = '';
    else if (part !== undefined) mapped[key] = readText(part, `${field}.${key}`, warn);
  }
  return mapped;
}

/** Sorted: the order has no meaning, and store caches change it. */
function readMeta(value: unknown, field: string, warn: Warn): readonly MappedMeta[] {
  if (value === null || value === undefined) return [];
  const entries = metaEntries(decoded(value));
  if (entries === null) {
    warn('not_list', field);
    return [];
  }
  if (entries.length > MAX_META_ENTRIES) warn('cut', field);
  const kept = entries.slice(0, MAX_META_ENTRIES).flatMap((entry) => readEntry(entry, field, warn));
  return withinSize(kept, field, warn).toSorted((a, b) => (a.id ?? 0) - (b.id ?? 0));
}

/** A list of entries, one entry alone, or an object of keys and values; null for anything else. */
function metaEntries(value: unknown): unknown[] | null {
  const entries = asList(value);
  if (entries !== null || typeof value !== 'object' || value === null) return entries;
  if ('key' in value && 'value' in value) return [value];
  return Object.entries(value).map(([key, content]) => ({ key, value: content }));
}

interface Part<T> {
  readonly part: T;
  readonly size: number;
}

function readEntry(entry: unknown, field: string, warn: Warn): Part<MappedMeta>[] {
  const { id, key, value = null } = (entry ?? {}) as Record<string, unknown>;
  if (typeof key !== 'string' && typeof key !== 'number') {
    warn('left_out', field);
    return [];
  }
  const content = readPart(value, field, warn);
  if (content === null) return [];
  const number = typeof id === 'string' && id !== '' ? Number(id) : id;
  const part = {
    id: Number.isSafeInteger(number) ? (number as number) : null,
    key: readText(String(key), `${field}.key`, warn),
    value: content.value,
  };
  return [{ part, size: content.size }];
}

/** The extra fields that fit into the size limit of a customer. */
function withinSize<T>(parts: readonly Part<T>[], field: string, warn: Warn): T[] {
  let size = 0;
  return parts.flatMap((each) => {
    if (size + each.size > MAX_PARTS_SIZE) {
      warn('too_large', field);
      return [];
    }
    size += each.size;
    return [each.part];
  });
}

const knownKeys: ReadonlySet<string> = new Set([
  'id',
  ...Object.values(FIELDS).map(([name]) => name),
  // The same dates in the store's time zone, and links that repeat our request.
  'date_created',
  'date_modified',
  '_links',
]);

const knownAddressKeys: ReadonlySet<string> = new Set(addressKeys);

/** Fields added by plugins: on the customer under their own name, on an address under the address's name. */
function mapExtra(row: Record<string, unknown>, warn: Warn): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  for (const field of ['billing', 'shipping'] as const) {
    const address = decoded(row[field]);
    const isObject = typeof address === 'object' && address !== null && asList(address) === null;
    const unknown = isObject ? unknownFields(address, knownAddressKeys, warn) : null;
    if (unknown) extra[field] = unknown;
  }
  return Object.assign(extra, unknownFields(row, knownKeys, warn));
}

function unknownFields(row: object, known: ReadonlySet<string>, warn: Warn) {
  const added = Object.entries(row).filter(([key]) => !known.has(key));
  if (added.length === 0) return null;
  if (added.length > MAX_EXTRA_FIELDS) warn('cut', 'extra');
  const parts = added.slice(0, MAX_EXTRA_FIELDS).flatMap(([key, value]) => {
    const name = cleanJson(cutText(key, MAX_NAME), (what) => warn(what, 'extra')) as string;
    if (name === '__proto__') {
      warn('proto_key_removed', 'extra');
      return [];
    }
    const content = readPart(value, 'extra', warn);
    return content === null ? [] : [{ part: [name, content.value] as const, size: content.size }];
  });
  return Object.fromEntries(withinSize(parts, 'extra', warn));
}
