import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { FieldChange } from '../domain/diff-customer.ts';
import type { ChangeSource } from '../domain/run-kind.ts';
import { SyncError } from '../domain/sync-error.ts';
import { refreshCustomer } from '../webhooks/refresh-customer.ts';
import { decodeCursor, encodeCursor } from '../runs/cursor.ts';
import { listChanges } from '../sql/customer-history.ts';
import {
  type CustomerFacets,
  type CustomerView,
  findCustomer,
  readFacets,
  type StoredCustomerRow,
} from '../sql/customer-views.ts';
import type { CustomerSearch, CustomerSort, ExportedCustomer } from '../domain/customer-list.ts';
import { type CustomerPage, searchCustomers, walkCustomers } from './customer-search.ts';

/** One change of a customer: what, when and from which source. */
export interface HistoryEntry {
  at: Date;
  kind: 'created' | 'updated' | 'deleted' | 'restored';
  /** Null for customers stored before history was recorded. */
  source: ChangeSource | null;
  runId: string | null;
  /** Null once retention removed the run; its changes are kept. */
  isRunKept: boolean;
  changes: FieldChange[];
}

interface CustomerName {
  storeId: string;
  wooId: number;
}

/** Customers of an organisation. */
export interface CustomerService {
  /** @throws SyncError `customer_not_found` */
  get(caller: Caller, input: CustomerName): Promise<CustomerView>;
  /**
   * Newest first; the last entry is the creation.
   * @throws SyncError `customer_not_found`, `invalid_cursor`
   */
  history(
    caller: Caller,
    input: CustomerName & { limit: number; cursor?: string | undefined },
  ): Promise<{ items: HistoryEntry[]; nextCursor: string | null }>;
  /** @throws SyncError `invalid_cursor` */
  search(
    caller: Caller,
    input: CustomerSearch & { sort: CustomerSort; cursor?: string | undefined; limit: number },
  ): Promise<CustomerPage>;
  /**
   * Starts a run that reads one customer from the store, and returns it immediately.
   * @throws SyncError `customer_not_found`, `store_paused`
   */
  refresh(caller: Caller, input: CustomerName): Promise<{ runId: string; message: string }>;
  /** The values that lists can be filtered by. */
  facets(caller: Caller, input: { storeId?: string | undefined }): Promise<CustomerFacets>;
  /** All matching customers, page by page; each page is read on demand. */
  walk(caller: Caller, input: CustomerSearch): AsyncGenerator<ExportedCustomer[]>;
}

export function createCustomerService({ database }: { database: Database }): CustomerService {
  return {
    get: (caller, name) =>
      database.withOrg(caller.orgId, async (sql) => {
        const { firstSource: _firstSource, ...view } = await requireCustomer(sql, name);
        return view;
      }),
    history: (caller, { limit, cursor, ...name }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const { createdAt, firstSource } = await requireCustomer(sql, name);
        const before = decodeCursor(cursor, ['row'])?.row ?? null;
        const rows = await listChanges(sql, name, { before, limit });
        const items: HistoryEntry[] = rows.map(({ id: _id, ...entry }) => entry);
        const last = rows.at(-1);
        if (last && rows.length === limit)
          return { items, nextCursor: encodeCursor({ row: String(last.id) }) };
        const came = { at: createdAt, source: firstSource, runId: null, isRunKept: false };
        return { items: [...items, { ...came, kind: 'created', changes: [] }], nextCursor: null };
      }),
    search: (caller, input) => database.withOrg(caller.orgId, (sql) => searchCustomers(sql, input)),
    refresh: (caller, name) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireCustomer(sql, name);
        const runId = await refreshCustomer(sql, caller, name);
        return { runId, message: 'Reading the customer from the store.' };
      }),
    facets: (caller, { storeId }) =>
      database.withOrg(caller.orgId, (sql) => readFacets(sql, storeId)),
    walk: (caller, input) => walkCustomers(database, caller, input),
  };
}

async function requireCustomer(sql: Sql, name: CustomerName): Promise<StoredCustomerRow> {
  const customer = await findCustomer(sql, name);
  if (!customer) throw new SyncError('customer_not_found', 'This customer does not exist.');
  return customer;
}
