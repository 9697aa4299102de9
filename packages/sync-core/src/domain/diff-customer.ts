import type { MappedCustomer } from './customer-mapping.ts';

/** A field that changed. Fields of addresses are named with a dot: `billing.city`. */
export interface FieldChange {
  field: string;
  from: unknown;
  to: unknown;
}

/** The content of a customer as stored, by the names of its columns. */
export type StoredContent = Record<string, unknown>;

const FIELDS = {
  email: 'email',
  username: 'username',
  first_name: 'firstName',
  last_name: 'lastName',
  role: 'role',
  is_paying_customer: 'isPayingCustomer',
  avatar_url: 'avatarUrl',
} as const satisfies Record<string, keyof MappedCustomer>;

const OBJECTS = { billing: 'billing', shipping: 'shipping', extra: 'extra' } as const;

/** What changed in a customer, field by field; the columns that repeat a part of an address are left out. */
export function diffCustomer(before: StoredContent, after: MappedCustomer): FieldChange[] {
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
  const fromMeta = byKey(before['meta_data']);
  const toMeta = byKey(after.metaData);
  for (const key of new Set([...fromMeta.keys(), ...toMeta.keys()]))
    addChange(changes, `meta.${key}`, fromMeta.get(key), toMeta.get(key));
  return changes;
}

function addChange(changes: FieldChange[], field: string, from: unknown, to: unknown): void {
  if (canonical(from) !== canonical(to))
    changes.push({ field, from: from ?? null, to: to ?? null });
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Meta data by key; a key may come more than once. */
function byKey(metaData: unknown): Map<string, unknown> {
  const entries = new Map<string, unknown[]>();
  if (!Array.isArray(metaData)) return entries;
  for (const entry of metaData) {
    const { key, value } = asObject(entry);
    const name = String(key);
    entries.set(name, [...(entries.get(name) ?? []), value]);
  }
  return new Map(
    [...entries].map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  );
}

/** JSON with keys in order: PostgreSQL keeps them in another one. Nothing is the same as null. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
