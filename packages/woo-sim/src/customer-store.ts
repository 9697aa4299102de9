import { emptyBilling, emptyShipping, reportedRole } from './customer-record.ts';
import type { BillingAddress, MetaDatum, ShippingAddress, SimCustomer } from './customer-record.ts';
import { generateCustomer } from './generate-customer.ts';
import type { Population } from './generate-customer.ts';
import { gmtText } from './store-time.ts';

export type CustomerChange = 'created' | 'updated' | 'deleted';

/** Fields of a new or changed customer; addresses and names are merged into the existing ones. */
export interface CustomerInput {
  email?: string;
  first_name?: string;
  last_name?: string;
  roles?: readonly string[];
  username?: string;
  display_name?: string;
  billing?: Partial<BillingAddress>;
  shipping?: Partial<ShippingAddress>;
  is_paying_customer?: boolean;
  meta_data?: readonly MetaDatum[];
  last_active_gmt?: string | null;
}

export interface ChangeOptions {
  /** As by SQL (an import, a plugin): changes no date, triggers no webhook. */
  silent?: boolean;
}

/** The users of the simulated store; changes are visible to the next request. */
export interface CustomerStore {
  readonly size: number;
  /** Increases with every change. */
  readonly version: number;
  /** The id of the next new customer; ids are never reused. */
  readonly nextId: number;
  get(id: number): SimCustomer | undefined;
  /** Ascending ids of the users with `role` (`all` for everyone). Do not change the array. */
  ids(role?: string): readonly number[];
  /** Users by ascending id, generated on demand: uses much memory for large stores. */
  list(selection?: { role?: string; offset?: number; limit?: number }): SimCustomer[];
  findByEmail(email: string): SimCustomer | undefined;
  findByUsername(username: string): SimCustomer | undefined;
  create(input?: CustomerInput, options?: ChangeOptions): SimCustomer;
  /** @throws RangeError if the id does not exist. */
  update(id: number, input?: CustomerInput, options?: ChangeOptions): SimCustomer;
  /** False if there was nothing to delete. */
  delete(id: number, options?: ChangeOptions): boolean;
  /** Saves a row exactly as given, as by SQL: changes no date, triggers no webhook. */
  replace(row: SimCustomer): void;
  onChange(listener: (change: CustomerChange, customer: SimCustomer) => void): void;
}

/** Keeps overrides in memory and generates all other rows on demand. */
export function createCustomerStore(deps: {
  population: Population;
  rows: readonly SimCustomer[];
  now: () => number;
}): CustomerStore {
  const { population, now } = deps;
  const overrides = new Map<number, SimCustomer>();
  const listeners: ((change: CustomerChange, customer: SimCustomer) => void)[] = [];
  let idsByRole = new Map<string, number[]>();
  let all: number[] = Array.from(
    { length: population.count },
    (_, index) => population.firstId + index,
  );
  let nextId = population.firstId + population.count;
  let nextMetaId = 1 + highestMetaId(population, deps.rows);
  let version = 0;

  const inPopulation = (id: number): boolean =>
    id >= population.firstId && id < population.firstId + population.count;
  const exists = (id: number): boolean => position(all, id).found;
  const get = (id: number): SimCustomer | undefined => {
    const kept = overrides.get(id);
    if (kept) return kept;
    return inPopulation(id) && exists(id) ? generateCustomer(population, id) : undefined;
  };
  const rolesOf = (id: number): readonly string[] => overrides.get(id)?.roles ?? ['customer'];

  const ids = (role = 'all'): readonly number[] => {
    if (role === 'all') return all;
    let listed = idsByRole.get(role);
    if (!listed) {
      listed = all.filter((id) => rolesOf(id).includes(role));
      idsByRole.set(role, listed);
    }
    return listed;
  };

  const put = (row: SimCustomer): void => {
    const known = exists(row.id);
    const same = known && String(rolesOf(row.id)) === String(row.roles);
    overrides.set(row.id, row);
    version++;
    nextId = Math.max(nextId, row.id + 1);
    if (!known) insertSorted(all, row.id);
    if (known && !same) idsByRole = new Map();
    if (!known)
      for (const [role, listed] of idsByRole)
        if (row.roles.includes(role)) insertSorted(listed, row.id);
  };
  const tell = (change: CustomerChange, row: SimCustomer, options: ChangeOptions): void => {
    if (!options.silent) for (const listener of listeners) listener(change, row);
  };
  const find = (
    matches: (row: SimCustomer) => boolean,
    candidate: number | undefined,
  ): SimCustomer | undefined => {
    for (const row of overrides.values()) if (matches(row)) return row;
    const generated = candidate === undefined ? undefined : get(candidate);
    return generated && matches(generated) ? generated : undefined;
  };

  for (const row of deps.rows) put(row);
  version = 0;

  return {
    get size() {
      return all.length;
    },
    get version() {
      return version;
    },
    get nextId() {
      return nextId;
    },
    get,
    ids,
    list: ({ role = 'all', offset = 0, limit = Infinity } = {}) =>
      ids(role)
        .slice(offset, offset + limit)
        .flatMap((id) => get(id) ?? []),
    findByEmail: (email) => {
      const wanted = email.trim().toLowerCase();
      if (wanted === '') return undefined;
      return find((row) => row.email.toLowerCase() === wanted, digitsBefore(wanted, '@'));
    },
    findByUsername: (username) =>
      find((row) => row.username === username, digitsBefore(username + '@', '@')),
    create: (input = {}, options = {}) => {
      const row = newCustomer(nextId, gmtText(now()), input);
      row.meta_data = input.meta_data ?? [
        { id: nextMetaId++, key: 'default_password_nag', value: '1' },
      ];
      put(row);
      tell('created', row, options);
      return row;
    },
    update: (id, input = {}, options = {}) => {
      const before = get(id);
      if (!before) throw new RangeError(`there is no customer ${id}`);
      const row = merged(before, input);
      if (!options.silent) row.date_modified_gmt = gmtText(now());
      put(row);
      tell('updated', row, options);
      return row;
    },
    delete: (id, options = {}) => {
      const row = get(id);
      if (!row) return false;
      overrides.delete(id);
      version++;
      removeSorted(all, id);
      for (const listed of idsByRole.values()) removeSorted(listed, id);
      tell('deleted', row, options);
      return true;
    },
    replace: put,
    onChange: (listener) => void listeners.push(listener),
  };
}

function highestMetaId({ firstId, count }: Population, rows: readonly SimCustomer[]): number {
  const generated = count > 0 ? (firstId + count) * 10 : 0;
  return rows.reduce(
    (highest, row) => row.meta_data.reduce((most, { id }) => Math.max(most, id), highest),
    generated,
  );
}

function newCustomer(id: number, at: string, input: CustomerInput): SimCustomer {
  const username = input.username ?? input.email?.split('@')[0] ?? `customer${id}`;
  const blank: SimCustomer = {
    id,
    date_created_gmt: at,
    date_modified_gmt: at,
    email: input.email ?? `customer${id}@example.com`,
    first_name: '',
    last_name: '',
    roles: ['customer'],
    username,
    display_name: username,
    billing: emptyBilling,
    shipping: emptyShipping,
    is_paying_customer: false,
    meta_data: [],
    last_active_gmt: null,
    last_order_gmt: null,
    orders_count: 0,
    total_spend: 0,
  };
  const row = merged(blank, input);
  row.display_name =
    input.display_name ?? (`${row.first_name} ${row.last_name}`.trim() || username);
  return row;
}

function merged(before: SimCustomer, input: CustomerInput): SimCustomer {
  return {
    ...before,
    ...input,
    billing: { ...before.billing, ...input.billing },
    shipping: { ...before.shipping, ...input.shipping },
  };
}

/** A row for tests: everything empty except the id and the given fields. */
export function customerFixture(row: Partial<SimCustomer> & { id: number }): SimCustomer {
  return { ...newCustomer(row.id, '2026-01-01T00:00:00', {}), date_modified_gmt: null, ...row };
}

/** The former role of a deleted user decides whether `customer.deleted` is triggered. */
export function firesDeletedWebhook(customer: SimCustomer): boolean {
  return reportedRole(customer) === 'customer';
}

function digitsBefore(text: string, mark: string): number | undefined {
  const digits = /(\d+)$/.exec(text.slice(0, text.indexOf(mark)));
  return digits ? Number(digits[1]) : undefined;
}

function position(sorted: readonly number[], id: number): { at: number; found: boolean } {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) < id) low = middle + 1;
    else high = middle;
  }
  return { at: low, found: sorted[low] === id };
}

function insertSorted(sorted: number[], id: number): void {
  const { at, found } = position(sorted, id);
  if (!found) sorted.splice(at, 0, id);
}

function removeSorted(sorted: number[], id: number): void {
  const { at, found } = position(sorted, id);
  if (found) sorted.splice(at, 1);
}
