import type { Sql } from '@mantis-sync/db';
import type { ChangeSource } from '../domain/run-kind.ts';
import { column, type Row, selectList, toRow } from './columns.ts';
import type {
  CustomerFilter,
  CustomerRow,
  CustomerSort,
  ExportedCustomer,
} from '../domain/customer-list.ts';

/** A position in a sorted list: the sort key, and an id for equal keys. */
export interface ListPlace {
  key: string;
  id: number;
}

export interface FoundCustomers {
  /** Row ids, in list order. */
  ids: number[];
  /** Start of the next page; null at the end. A page may be short or empty without being the last. */
  next: ListPlace | null;
  total: number;
  isExact: boolean;
}

interface FindCustomers {
  filter: CustomerFilter;
  /** The forms of each word, folded: one of each must occur. */
  words: readonly (readonly string[])[];
  /** `store` is an order that does not change while a reader pages. */
  sort: CustomerSort | 'store';
  after: ListPlace | null;
  limit: number;
  /** Upper limit of the count. */
  countTo: number;
}

/** Calls `mantis.find_customers`, whose work is bounded. */
export async function findCustomers(sql: Sql, input: FindCustomers): Promise<FoundCustomers> {
  const { filter, after } = input;
  const { rows } = await sql.query<{
    ids: number[];
    next_key: string | null;
    next_id: number | null;
    total: number;
    is_exact: boolean;
  }>(
    `select array_to_json(ids) as ids, next_key, next_id, total, is_exact
       from mantis.find_customers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      input.words.map((forms) => forms.join(' ')),
      filter.storeId ?? null,
      filter.role ?? null,
      filter.country ?? null,
      filter.paying ?? null,
      // The function's word for active customers.
      filter.status === 'active' ? 'living' : filter.status,
      input.sort,
      after?.key ?? null,
      after?.id ?? null,
      input.limit,
      input.countTo,
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('mantis.find_customers returned no row');
  const { ids, next_key, next_id, total, is_exact } = row;
  const next = next_key === null || next_id === null ? null : { key: next_key, id: next_id };
  return { ids, next, total, isExact: is_exact };
}

/** Customers by row id, in the given order. */
export async function readCustomers(sql: Sql, ids: readonly number[]): Promise<CustomerRow[]> {
  if (ids.length === 0) return [];
  return readRows(sql, CUSTOMER_COLUMNS, ids);
}

/** The same with their addresses. */
export async function readExportedCustomers(
  sql: Sql,
  ids: readonly number[],
): Promise<ExportedCustomer[]> {
  if (ids.length === 0) return [];
  return readRows(sql, `${CUSTOMER_COLUMNS}, billing, shipping`, ids);
}

const CUSTOMER_COLUMNS = `
  store_id as "storeId", woo_id as "wooId", email, username, first_name as "firstName",
  last_name as "lastName", role, company, phone, city, country,
  is_paying_customer as "isPayingCustomer", woo_created_at as "wooCreatedAt",
  updated_at as "updatedAt", deleted_at as "deletedAt"`;

async function readRows<Read extends CustomerRow>(
  sql: Sql,
  columns: string,
  ids: readonly number[],
): Promise<Read[]> {
  const { rows } = await sql.query<Read>(
    `select ${columns}
       from unnest($1::bigint[]) with ordinality wanted (id, n)
       join customer on customer.id = wanted.id
      order by n`,
    [ids],
  );
  return rows;
}

/** Row ids of customers with this WooCommerce id: at most one per store. */
export async function findByWooId(
  sql: Sql,
  wooId: number,
  filter: CustomerFilter,
): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select id from customer
      where store_id = any (array(select id from woo_store)) and woo_id = $1
        and ($2::uuid is null or store_id = $2) and ($3::text is null or role = $3)
        and ($4::text is null or country = $4) and ($5::boolean is null or is_paying_customer = $5)
        and ($6 = 'all' or (deleted_at is null) = ($6 = 'active'))
      order by id`,
    [
      wooId,
      filter.storeId ?? null,
      filter.role ?? null,
      filter.country ?? null,
      filter.paying ?? null,
      filter.status,
    ],
  );
  return rows.map(({ id }) => id);
}

const CUSTOMER = {
  storeId: column<string>(),
  wooId: column<number>(),
  email: column<string | null>(),
  username: column<string>(),
  firstName: column<string>(),
  lastName: column<string>(),
  role: column<string>(),
  billing: column<Record<string, unknown>>(),
  shipping: column<Record<string, unknown>>(),
  metaData: column<unknown[]>(),
  /** Fields of the store's response that have no column. */
  extra: column<Record<string, unknown>>(),
  avatarUrl: column<string | null>(),
  isPayingCustomer: column<boolean>(),
  wooCreatedAt: column<Date | null>(),
  wooModifiedAt: column<Date | null>(),
  /** The store's clock when this version was read. */
  fetchedAt: column<Date>(),
  createdAt: column<Date>(),
  updatedAt: column<Date>(),
  /** When the store reported the customer as deleted. */
  deletedAt: column<Date | null>(),
  /** Null for customers stored before history was recorded. */
  firstSource: column<ChangeSource | null>(),
};

export type StoredCustomerRow = Row<typeof CUSTOMER>;

/** One stored customer. */
export type CustomerView = Omit<StoredCustomerRow, 'firstSource'>;

/** @returns null if the store has no such customer */
export async function findCustomer(
  sql: Sql,
  { storeId, wooId }: { storeId: string; wooId: number },
): Promise<StoredCustomerRow | null> {
  const { rows } = await sql.query(
    `select ${selectList(CUSTOMER, 'customer')} from customer where store_id = $1 and woo_id = $2`,
    [storeId, wooId],
  );
  return rows[0] ? toRow(CUSTOMER, rows[0]) : null;
}

/** Distinct values among customers, sorted, as the stores send them. */
export interface CustomerFacets {
  roles: string[];
  countries: string[];
}

/** Maximum number of customers examined. */
const LOOKED_AT = 3_000;

/** Based on the most recently changed customers; values that occur only in others are missing. */
export async function readFacets(sql: Sql, storeId: string | undefined): Promise<CustomerFacets> {
  const { rows } = await sql.query<CustomerFacets>(
    `with newest as materialized (
       select role, country from customer
        where $1::uuid is null or store_id = $1 order by updated_at desc limit $2)
     select array(select distinct role collate "C" from newest where role <> '' order by 1) as roles,
            array(select distinct country collate "C" from newest where country <> '' order by 1) as countries`,
    [storeId ?? null, LOOKED_AT],
  );
  const [row] = rows;
  if (!row) throw new Error('The query for facets returned no row');
  return row;
}
