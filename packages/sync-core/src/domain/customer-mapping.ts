import { cleanJson, cutLongText, cutText, inspectJson } from './clean-json.ts';
import { type AddressRow, type CustomerRow, customerSchema } from './customer-schema.ts';
import { parseWooDate } from './parse-woo-date.ts';
import { firstProblem } from './schema-problem.ts';

/** Characters; a customer beyond it fails as too_large. */
export const maxRowSize = 262_144;
const maxRowDepth = 32;
const maxShortText = 255;
const maxEmail = 320;
const maxLongText = 65_536;
const maxMetaEntries = 1_000;
const maxExtraFields = 100;

/** In the order in which addresses are mapped and hashed. */
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

/** A customer in our words, fit to be stored: bounded, well-formed, no NUL. */
export interface MappedCustomer {
  readonly wooId: number;
  /** As the store has it, trimmed; null for none. Not unique. */
  readonly email: string | null;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: string;
  readonly company: string;
  readonly phone: string;
  readonly city: string;
  /** As in the billing address: usually ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly billing: MappedAddress;
  readonly shipping: MappedAddress;
  readonly isPayingCustomer: boolean;
  readonly avatarUrl: string | null;
  /** By ascending id. */
  readonly metaData: readonly MappedMeta[];
  /** Fields that WooCommerce itself does not have; those within addresses by their name. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly dateCreated: Date | null;
  /** Null for many: the store knows it from the first change of the profile on. */
  readonly dateModified: Date | null;
}

export type CustomerRejection = 'bad_id' | 'schema' | 'too_large' | 'too_deep';

export type ParsedCustomer =
  | {
      readonly ok: true;
      readonly customer: MappedCustomer;
      /** `code` or `code:field`, such as `bad_date:date_created_gmt`. */
      readonly warnings: readonly string[];
    }
  | {
      readonly ok: false;
      readonly code: CustomerRejection;
      /** Names the field and what was expected there, never what was found. */
      readonly message: string;
      readonly wooId: number | null;
      /** Of the field, such as `billing.city`. */
      readonly path?: string;
    };

/** The id of a row, or null unless it is a positive integer that a double holds exactly. */
export function rowId(row: unknown): number | null {
  if (typeof row !== 'object' || row === null || !('id' in row)) return null;
  const { id } = row;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/**
 * Turns one row of the store into a customer, or says why it cannot. Total: any JSON value gives
 * an answer, nothing is thrown.
 */
export function parseCustomer(row: unknown): ParsedCustomer {
  const wooId = rowId(row);
  if (wooId === null) return reject('bad_id', 'id: expected a whole number from 1 to 2^53-1', null);
  const { size, tooDeep, dirty } = inspectJson(row, maxRowSize, maxRowDepth);
  if (size > maxRowSize) return reject('too_large', 'the customer exceeds 256 kB', wooId);
  if (tooDeep) return reject('too_deep', 'the customer is nested deeper than 32 levels', wooId);
  const warnings = new Set<string>();
  const clean = dirty ? cleanJson(row, warnings) : row;
  const parsed = customerSchema.safeParse(clean);
  if (parsed.success) {
    return { ok: true, customer: mapCustomer(parsed.data, warnings), warnings: [...warnings] };
  }
  const { path, expected } = firstProblem(parsed.error.issues);
  return reject('schema', `${path}: expected ${expected}`, wooId, path);
}

function reject(
  code: CustomerRejection,
  message: string,
  wooId: number | null,
  path?: string,
): ParsedCustomer {
  return path === undefined
    ? { ok: false, code, message, wooId }
    : { ok: false, code, message, wooId, path };
}

type Warnings = Set<string>;

function mapCustomer(row: CustomerRow, warnings: Warnings): MappedCustomer {
  const billing = mapAddress('billing', row.billing, warnings);
  return {
    wooId: row.id,
    email: mapEmail(row.email, warnings),
    username: shortText('username', row.username, warnings),
    firstName: shortText('first_name', row.first_name, warnings),
    lastName: shortText('last_name', row.last_name, warnings),
    role: shortText('role', row.role, warnings),
    company: billing.company ?? '',
    phone: billing.phone ?? '',
    city: billing.city ?? '',
    country: billing.country ?? '',
    billing,
    shipping: mapAddress('shipping', row.shipping, warnings),
    isPayingCustomer: isSet(row.is_paying_customer),
    avatarUrl: mapAvatar(row.avatar_url, warnings),
    metaData: mapMeta(row.meta_data, warnings),
    extra: mapExtra(row, warnings),
    dateCreated: mapDate('date_created_gmt', row.date_created_gmt, warnings),
    dateModified: mapDate('date_modified_gmt', row.date_modified_gmt, warnings),
  };
}

type Text = string | number | null | undefined;

function toText(field: string, value: Text, warnings: Warnings): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return '';
  warnings.add(`number_as_text:${field}`);
  return String(value);
}

function shortText(field: string, value: Text, warnings: Warnings): string {
  const text = toText(field, value, warnings);
  if (text.length <= maxShortText) return text;
  warnings.add(`cut:${field}`);
  return cutText(text, maxShortText);
}

/** Part of an e-mail address would be another address: too long is none. */
function mapEmail(value: Text, warnings: Warnings): string | null {
  const email = toText('email', value, warnings).trim();
  if (email.length <= maxEmail) return email === '' ? null : email;
  warnings.add('too_long:email');
  return null;
}

function mapAvatar(value: Text, warnings: Warnings): string | null {
  const url = toText('avatar_url', value, warnings);
  if (url === '') return null;
  if (url.length <= 2_048 && /^https?:\/\//i.test(url)) return url;
  warnings.add('bad_url:avatar_url');
  return null;
}

function mapAddress(field: string, address: CustomerRow['billing'], warnings: Warnings) {
  const mapped: MappedAddress = {};
  if (!isAddress(address)) return mapped;
  for (const key of addressKeys) {
    const value = address[key];
    // The path is put together only where it is needed: this runs 22 times a customer.
    if (typeof value === 'string' && value.length <= maxShortText) mapped[key] = value;
    else if (value !== undefined) mapped[key] = shortText(`${field}.${key}`, value, warnings);
  }
  return mapped;
}

function isAddress(address: CustomerRow['billing']): address is AddressRow {
  return address !== null && !Array.isArray(address);
}

function isSet(flag: CustomerRow['is_paying_customer']): boolean {
  return flag === true || flag === 'yes' || flag === '1' || flag === 1;
}

/** Sorted, since the order has no meaning and caches of the store change it. */
function mapMeta(meta: CustomerRow['meta_data'], warnings: Warnings): MappedMeta[] {
  const entries = Object.values(meta ?? []);
  if (entries.length > maxMetaEntries) warnings.add('cut:meta_data');
  return entries
    .map(({ id, key, value }) => ({
      id: id ?? null,
      key: shortText('meta_data.key', key, warnings),
      value: boundedValue('meta_data', value, warnings),
    }))
    .toSorted((a, b) => (a.id ?? 0) - (b.id ?? 0))
    .slice(0, maxMetaEntries);
}

function boundedValue(field: string, value: unknown, warnings: Warnings): unknown {
  return cutLongText(value ?? null, maxLongText, () => warnings.add(`cut:${field}`));
}

const knownKeys: ReadonlySet<string> = new Set([
  ...Object.keys(customerSchema.shape),
  // The same dates in the shop's own time, and links that name our own request.
  'date_created',
  'date_modified',
  '_links',
]);

const knownAddressKeys: ReadonlySet<string> = new Set(addressKeys);

/** What plugins added: to the customer by its own name, to an address under the address's name. */
function mapExtra(row: CustomerRow, warnings: Warnings): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  for (const field of ['billing', 'shipping'] as const) {
    const address = row[field];
    const unknown = isAddress(address) ? unknownFields(address, knownAddressKeys, warnings) : null;
    if (unknown) extra[field] = unknown;
  }
  return Object.assign(extra, unknownFields(row, knownKeys, warnings));
}

function unknownFields(
  row: Record<string, unknown>,
  known: ReadonlySet<string>,
  warnings: Warnings,
) {
  let unknown: Record<string, unknown> | null = null;
  let count = 0;
  for (const key in row) {
    if (known.has(key)) continue;
    if (++count > maxExtraFields) {
      warnings.add('cut:extra');
      break;
    }
    unknown ??= {};
    unknown[cutText(key, maxShortText)] = boundedValue('extra', row[key], warnings);
  }
  return unknown;
}

function mapDate(field: string, value: unknown, warnings: Warnings): Date | null {
  if (value === null || value === undefined) return null;
  const date = parseWooDate(value);
  if (date === undefined) warnings.add(`bad_date:${field}`);
  return date ?? null;
}
