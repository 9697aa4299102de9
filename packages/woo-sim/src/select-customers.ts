import type { SimCustomer } from './customer-record.ts';
import type { CustomerStore } from './customer-store.ts';
import type { PhpQuery } from './php-query.ts';
import { idList, numberOf, textOf } from './rest-params.ts';
import type { ParamRules } from './rest-params.ts';
import { hashFraction } from './seeded-random.ts';

const roles = [
  'all',
  'administrator',
  'editor',
  'author',
  'contributor',
  'subscriber',
  'customer',
  'shop_manager',
];

/** The parameters of `GET customers`, in the order in which the store validates them. */
export const customerParams: ParamRules = {
  context: { type: 'enum', values: ['view', 'edit'] },
  page: { type: 'integer', minimum: 1 },
  per_page: { type: 'integer', minimum: 1, maximum: 100 },
  search: { type: 'text' },
  exclude: { type: 'ids' },
  include: { type: 'ids' },
  offset: { type: 'integer' },
  order: { type: 'enum', values: ['asc', 'desc'] },
  orderby: { type: 'enum', values: ['id', 'include', 'name', 'registered_date'] },
  email: { type: 'email' },
  role: { type: 'enum', values: roles },
};

/** The requested rows; `offset` takes precedence over `page`, and an offset of 0 counts as not given. */
export interface PageWindow {
  offset: number;
  limit: number;
  /** The page number used in the `Link` header. */
  page: number;
}

export function pageWindow(query: PhpQuery): PageWindow {
  const limit = numberOf(query, 'per_page') ?? 10;
  const offset = numberOf(query, 'offset') || ((numberOf(query, 'page') ?? 1) - 1) * limit;
  return { offset, limit, page: Math.ceil(offset / limit) + 1 };
}

/** An ordered list of ids that can be sliced without copying or sorting it as a whole. */
export interface IdList {
  length: number;
  slice(offset: number, limit: number): number[];
}

/**
 * Implements `orderby`, `role`, `include`, `exclude`, `email` and `search`. By id nothing
 * is sorted; the order by name or date is kept until the store changes, and ties in it fall
 * differently on every page, as MariaDB's do.
 */
export function createCustomerSelector(store: CustomerStore) {
  let sorted = new Map<string, readonly Sortable[]>();
  let sortedVersion = -1;

  const sortedBy = (order: Ordering, role: string): readonly Sortable[] => {
    if (sortedVersion !== store.version) {
      sorted = new Map();
      sortedVersion = store.version;
    }
    const name = `${order} ${role}`;
    const kept = sorted.get(name) ?? sortAll(store, store.ids(role), order);
    sorted.set(name, kept);
    return kept;
  };

  return function selectCustomers(query: PhpQuery): IdList {
    const role = textOf(query, 'role') ?? 'customer';
    const orderby = textOf(query, 'orderby') ?? 'name';
    const descending = textOf(query, 'order') === 'desc';
    const filtered = filterIds(store, query, role);
    if (orderby === 'id') return fromIds(filtered ?? store.ids(role), descending);
    if (orderby === 'include')
      return fromIds(includeOrder(query, filtered ?? store.ids(role)), false);
    const order = orderby === 'name' ? 'name' : 'date';
    return fromSorted(
      filtered ? sortAll(store, filtered, order) : sortedBy(order, role),
      descending,
    );
  };
}

function filterIds(store: CustomerStore, query: PhpQuery, role: string): number[] | undefined {
  const include = idList(query, 'include');
  const exclude = new Set(idList(query, 'exclude'));
  const email = textOf(query, 'email');
  const search = textOf(query, 'search');
  if (include.length === 0 && exclude.size === 0 && !email && !search) return undefined;
  const hasRole = (id: number): boolean =>
    role === 'all' ? store.get(id) !== undefined : (store.get(id)?.roles.includes(role) ?? false);
  let ids: readonly number[];
  if (email) ids = [store.findByEmail(email)?.id ?? -1].filter(hasRole);
  else if (include.length > 0)
    ids = [...new Set(include)].filter(hasRole).toSorted((a, b) => a - b);
  else ids = store.ids(role);
  const wanted = include.length > 0 && email ? ids.filter((id) => include.includes(id)) : ids;
  const matches = search && !email ? searcher(store, search) : () => true;
  return wanted.filter((id) => !exclude.has(id) && matches(id));
}

/** `WP_User_Query` with `*text*`: in the email if it contains an @, else in login, email and names. */
function searcher(store: CustomerStore, search: string): (id: number) => boolean {
  const wanted = folded(search);
  return (id) => {
    const row = store.get(id);
    if (!row) return false;
    if (wanted.includes('@')) return folded(row.email).includes(wanted);
    if (/^\d+$/.test(wanted)) return row.username.includes(wanted) || String(id) === wanted;
    return [row.username, row.email, row.display_name].some((text) =>
      folded(text).includes(wanted),
    );
  };
}

/** Compares like the collation utf8mb4_unicode_520_ci: ignores case and accents. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}

function includeOrder(query: PhpQuery, ids: readonly number[]): number[] {
  const include = idList(query, 'include');
  return [...ids].toSorted((a, b) => include.indexOf(a) - include.indexOf(b));
}

function fromIds(ids: readonly number[], descending: boolean): IdList {
  const length = ids.length;
  return {
    length,
    slice: (offset, limit) =>
      descending
        ? ids.slice(Math.max(0, length - offset - limit), Math.max(0, length - offset)).toReversed()
        : ids.slice(offset, offset + limit),
  };
}

type Ordering = 'name' | 'date';
interface Sortable {
  id: number;
  key: string;
}

const collator = new Intl.Collator('en', { sensitivity: 'base', ignorePunctuation: false });

function sortAll(store: CustomerStore, ids: readonly number[], order: Ordering): Sortable[] {
  const keyOf = (row: SimCustomer | undefined): string =>
    (order === 'name' ? row?.display_name : row?.date_created_gmt) ?? '';
  const compare = order === 'name' ? collator.compare : compareText;
  return ids
    .map((id) => ({ id, key: keyOf(store.get(id)) }))
    .toSorted((a, b) => compare(a.key, b.key) || a.id - b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fromSorted(sorted: readonly Sortable[], descending: boolean): IdList {
  const length = sorted.length;
  const at = (index: number): Sortable | undefined =>
    sorted[descending ? length - 1 - index : index];
  return {
    length,
    slice: (offset, limit) => {
      const end = Math.min(length, offset + limit);
      if (offset >= end) return [];
      let first = offset;
      while (first > 0 && at(first - 1)?.key === at(first)?.key) first--;
      let last = end;
      while (last < length && at(last)?.key === at(last - 1)?.key) last++;
      const rows = Array.from(
        { length: last - first },
        (_, index) => at(first + index) ?? [],
      ).flat();
      return untied(rows, offset)
        .slice(offset - first, end - first)
        .map((row) => row.id);
    },
  };
}

/** Rows with equal keys in an order that depends on the page but is reproducible. */
function untied(rows: readonly Sortable[], offset: number): Sortable[] {
  const groups = new Map<string, Sortable[]>();
  for (const row of rows) {
    const group = groups.get(row.key);
    if (group) group.push(row);
    else groups.set(row.key, [row]);
  }
  const luck = (row: Sortable): number => hashFraction(offset, row.id, 5);
  return [...groups.values()].flatMap((group) => group.toSorted((a, b) => luck(a) - luck(b)));
}
