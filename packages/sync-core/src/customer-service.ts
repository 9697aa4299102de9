import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from './domain/actor.ts';
import type { FieldChange } from './domain/diff-customer.ts';
import type { ChangeSource } from './domain/run-kind.ts';
import { SyncError } from './domain/sync-error.ts';

/** One customer as kept. */
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
  isPayingCustomer: boolean;
  wooCreatedAt: Date | null;
  wooModifiedAt: Date | null;
  /** The store's clock when this version was read. */
  fetchedAt: Date;
  createdAt: Date;
  updatedAt: Date;
  /** When the store said that it has this customer no longer. */
  deletedAt: Date | null;
}

/** What happened to a customer, when, and from where. */
export interface HistoryEntry {
  at: Date;
  kind: 'created' | 'updated' | 'deleted' | 'restored';
  /** Null for customers from before history was kept. */
  source: ChangeSource | null;
  queueId: string | null;
  changes: FieldChange[];
}

interface CustomerName {
  storeId: string;
  wooId: number;
}

/** Customers of an organisation. Every method throws SyncError `customer_not_found`. */
export interface CustomerService {
  get(caller: Caller, input: CustomerName): Promise<CustomerView>;
  /** Newest first; the last entry is how the customer came. */
  history(
    caller: Caller,
    input: CustomerName & { limit: number },
  ): Promise<{ items: HistoryEntry[] }>;
}

export function createCustomerService({ database }: { database: Database }): CustomerService {
  return {
    get: (caller, name) =>
      database.withOrg(caller.orgId, async (sql) => (await mustFind(sql, name)).view),
    history: (caller, { limit, ...name }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const { view, firstSource } = await mustFind(sql, name);
        const { rows } = await sql.query<HistoryEntry & { queue_id: string | null }>(
          `select at, kind, source, queue_id, changes from customer_change
            where store_id = $1 and woo_id = $2 order by id desc limit $3`,
          [name.storeId, name.wooId, limit],
        );
        const items: HistoryEntry[] = rows.map(({ at, kind, source, queue_id, changes }) => ({
          at,
          kind,
          source,
          queueId: queue_id,
          changes,
        }));
        if (items.length < limit)
          items.push({
            at: view.createdAt,
            kind: 'created',
            source: firstSource,
            queueId: null,
            changes: [],
          });
        return { items };
      }),
  };
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
  is_paying_customer: boolean;
  woo_created_at: Date | null;
  woo_modified_at: Date | null;
  fetched_at: Date;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
  first_source: ChangeSource | null;
}

async function mustFind(
  sql: Sql,
  { storeId, wooId }: CustomerName,
): Promise<{ view: CustomerView; firstSource: ChangeSource | null }> {
  const { rows } = await sql.query<RawCustomer>(
    `select store_id, woo_id, email, username, first_name, last_name, role, billing, shipping,
            meta_data, is_paying_customer, woo_created_at, woo_modified_at, fetched_at, created_at,
            updated_at, deleted_at, first_source
       from customer where store_id = $1 and woo_id = $2`,
    [storeId, wooId],
  );
  const raw = rows[0];
  if (!raw) throw new SyncError('customer_not_found', 'There is no such customer.');
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
    isPayingCustomer: raw.is_paying_customer,
    wooCreatedAt: raw.woo_created_at,
    wooModifiedAt: raw.woo_modified_at,
    fetchedAt: raw.fetched_at,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
    deletedAt: raw.deleted_at,
  };
}
