import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { FieldChange } from '../domain/diff-customer.ts';
import type { ChangeSource } from '../domain/run-kind.ts';
import { SyncError } from '../domain/sync-error.ts';
import { refreshCustomer } from '../webhooks/refresh-customer.ts';
import { decodeCursor, encodeCursor } from '../runs/cursor.ts';
import { type CustomerFacets, readFacets } from '../sql/customer-views.ts';
import type { CustomerSearch, CustomerSort, ExportedCustomer } from '../domain/customer-list.ts';
import { type CustomerPage, searchCustomers, walkCustomers } from './customer-search.ts';

/** One stored customer. */
export interface CustomerView {
  storeId: string;
  wooId: number;
  email: string | null;
  username: string;
  firstName: string;
  lastName: string;
  role: string;
  billing: Record<string, unknown>;
  shipping: Record<string, unknown>;
  metaData: unknown[];
  /** Fields of the store's response that have no column. */
  extra: Record<string, unknown>;
  avatarUrl: string | null;
  isPayingCustomer: boolean;
  wooCreatedAt: Date | null;
  wooModifiedAt: Date | null;
  /** The store's clock when this version was read. */
  fetchedAt: Date;
  createdAt: Date;
  updatedAt: Date;
  /** When the store reported the customer as deleted. */
  deletedAt: Date | null;
}

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
      database.withOrg(caller.orgId, async (sql) => (await requireCustomer(sql, name)).view),
    history: (caller, { limit, cursor, ...name }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const { view, firstSource } = await requireCustomer(sql, name);
        const before = decodeCursor(cursor, ['row'])?.row ?? null;
        const { rows } = await sql.query<Omit<HistoryEntry, 'runId' | 'isRunKept'> & RawEntry>(
          `select id, at, kind, source, queue_id, changes,
                  exists (select from woo_customer_sync_queue where id = queue_id) as is_run_kept
             from customer_change
            where store_id = $1 and woo_id = $2 and ($3::bigint is null or id < $3)
            order by id desc limit $4`,
          [name.storeId, name.wooId, before, limit],
        );
        const items: HistoryEntry[] = rows.map(({ at, kind, source, queue_id, ...row }) => ({
          at,
          kind,
          source,
          runId: queue_id,
          isRunKept: row.is_run_kept,
          changes: row.changes,
        }));
        const last = rows.at(-1);
        if (last && rows.length === limit)
          return { items, nextCursor: encodeCursor({ row: String(last.id) }) };
        const came = { at: view.createdAt, source: firstSource, runId: null, isRunKept: false };
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

interface RawEntry {
  id: number;
  queue_id: string | null;
  is_run_kept: boolean;
}

interface RawCustomer {
  store_id: string;
  woo_id: number;
  email: string | null;
  username: string;
  first_name: string;
  last_name: string;
  role: string;
  billing: Record<string, unknown>;
  shipping: Record<string, unknown>;
  meta_data: unknown[];
  extra: Record<string, unknown>;
  avatar_url: string | null;
  is_paying_customer: boolean;
  woo_created_at: Date | null;
  woo_modified_at: Date | null;
  fetched_at: Date;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
  first_source: ChangeSource | null;
}

async function requireCustomer(
  sql: Sql,
  { storeId, wooId }: CustomerName,
): Promise<{ view: CustomerView; firstSource: ChangeSource | null }> {
  const { rows } = await sql.query<RawCustomer>(
    `select store_id, woo_id, email, username, first_name, last_name, role, billing, shipping,
            meta_data, extra, avatar_url, is_paying_customer, woo_created_at, woo_modified_at, fetched_at,
            created_at, updated_at, deleted_at, first_source
       from customer where store_id = $1 and woo_id = $2`,
    [storeId, wooId],
  );
  const raw = rows[0];
  if (!raw) throw new SyncError('customer_not_found', 'This customer does not exist.');
  return { view: toView(raw), firstSource: raw.first_source };
}

function toView(raw: RawCustomer): CustomerView {
  return {
    storeId: raw.store_id,
    wooId: raw.woo_id,
    email: raw.email,
    username: raw.username,
    firstName: raw.first_name,
    lastName: raw.last_name,
    role: raw.role,
    billing: raw.billing,
    shipping: raw.shipping,
    metaData: raw.meta_data,
    extra: raw.extra,
    avatarUrl: raw.avatar_url,
    isPayingCustomer: raw.is_paying_customer,
    wooCreatedAt: raw.woo_created_at,
    wooModifiedAt: raw.woo_modified_at,
    fetchedAt: raw.fetched_at,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
    deletedAt: raw.deleted_at,
  };
}
