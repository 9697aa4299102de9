import type { CustomerField, MappedCustomer, MappedMeta } from './customer-mapping.ts';
import { type IsVolatile, lastingMeta, volatileKeys } from './volatile-meta.ts';

/** A changed field. Address fields contain a dot: `billing.city`. */
export interface FieldChange {
  field: string;
  from: unknown;
  to: unknown;
}

/** The stored content of a customer, by column. */
export type StoredContent = Record<string, unknown>;

const FIELDS = {
  email: 'email',
  username: 'username',
  first_name: 'firstName',
  last_name: 'lastName',
  role: 'role',
  is_paying_customer: 'isPayingCustomer',
} as const satisfies Record<string, keyof MappedCustomer>;

const OBJECTS = { billing: 'billing', shipping: 'shipping', extra: 'extra' } as const;

/**
 * Lists what changed in a customer's content, field by field. Skips columns that repeat part of an address and
 * columns that are not content (see `contentHash`).
 * @param after complete, with omitted fields filled in by `fillUnknown`
 */
export function diffCustomer(
  before: StoredContent,
  after: MappedCustomer,
  isVolatile: IsVolatile = volatileKeys(),
): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const [column, property] of Object.entries(FIELDS)) {
    addChange(changes, column, before[column], after[property]);
  }
  for (const [column, property] of Object.entries(OBJECTS)) {
    const from = asObject(before[column]);
    const to = asObject(after[property]);
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)]))
      addChange(changes, `${column}.${key}`, from[key], to[key]);
  }
  const fromMeta = byKey(before['meta_data'], isVolatile);
  const toMeta = byKey(after.metaData, isVolatile);
  for (const key of new Set([...fromMeta.keys(), ...toMeta.keys()]))
    addChange(changes, `meta.${key}`, fromMeta.get(key), toMeta.get(key));
  return changes;
}

/**
 * True if an update is a personal data erasure (WordPress → Tools → Erase personal data), which empties both
 * addresses. The customer's history is then deleted too.
 */
export function isErasure(before: StoredContent, after: MappedCustomer): boolean {
  const isKnown = !after.unknown.includes('billing') && !after.unknown.includes('shipping');
  return (
    isKnown &&
    hasWords(before['billing'], before['shipping']) &&
    !hasWords(after.billing, after.shipping)
  );
}

function hasWords(...addresses: readonly unknown[]): boolean {
  return addresses.some((address) =>
    Object.values(asObject(address)).some((value) => value !== ''),
  );
}

function addChange(changes: FieldChange[], field: string, from: unknown, to: unknown): void {
  if (canonical(from) !== canonical(to))
    changes.push({ field, from: from ?? null, to: to ?? null });
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Meta data by key; keys can repeat. */
function byKey(metaData: unknown, isVolatile: IsVolatile): Map<string, unknown> {
  const entries = new Map<string, unknown[]>();
  if (!Array.isArray(metaData)) return new Map();
  for (const { key, value } of lastingMeta(metaData as MappedMeta[], isVolatile))
    entries.set(key, [...(entries.get(key) ?? []), value]);
  return new Map(
    [...entries].map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  );
}

/** JSON with sorted keys, since PostgreSQL reorders them. Undefined equals null. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Columns of the fields that a response can omit. */
const COLUMNS = {
  email: 'email',
  username: 'username',
  firstName: 'first_name',
  lastName: 'last_name',
  role: 'role',
  billing: 'billing',
  shipping: 'shipping',
  isPayingCustomer: 'is_paying_customer',
  avatarUrl: 'avatar_url',
  metaData: 'meta_data',
  dateCreated: 'woo_created_at',
  dateModified: 'woo_modified_at',
} as const satisfies Record<CustomerField, string>;

/** Fills omitted fields with the stored values. */
export function fillUnknown(customer: MappedCustomer, stored: StoredContent): MappedCustomer {
  if (customer.unknown.length === 0) return customer;
  const filled = { ...customer, ...valuesOf(customer.unknown, stored) };
  const { company = '', phone = '', city = '', country = '' } = filled.billing;
  return { ...filled, company, phone, city, country };
}

function valuesOf(fields: readonly CustomerField[], stored: StoredContent) {
  return Object.fromEntries(fields.map((field) => [field, valueOf(field, stored[COLUMNS[field]])]));
}

function valueOf(field: CustomerField, stored: unknown): unknown {
  const isDate = field === 'dateCreated' || field === 'dateModified';
  return isDate && typeof stored === 'string' ? new Date(stored) : stored;
}
