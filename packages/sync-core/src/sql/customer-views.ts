import type { Sql } from '@mantis-sync/db';
import type { CustomerFilter, CustomerRow, CustomerSort } from '../domain/customer-list.ts';

/** A place in a list: the key it is sorted by, and a number that tells equal keys apart. */
export interface ListPlace {
  key: string;
  id: number;
}

export interface FoundCustomers {
  /** Of rows, in the list's order. */
  ids: number[];
  /** Where to go on; null at the end. A page may be short, or empty, and yet not be the last. */
  next: ListPlace | null;
  total: number;
  isExact: boolean;
}

interface FindCustomers {
  filter: CustomerFilter;
  words: readonly string[];
  /** `store` is an order that never moves under a reader. */
  sort: CustomerSort | 'store';
  after: ListPlace | null;
  limit: number;
  /** How far to count. */
  countTo: number;
}

/** Asks `mantis.find_customers`, whose work is bounded. */
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
      input.words,
      filter.storeId ?? null,
      filter.role ?? null,
      filter.country ?? null,
      filter.paying ?? null,
      filter.status,
      input.sort,
      after?.key ?? null,
      after?.id ?? null,
      input.limit,
      input.countTo,
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('A search gave no answer');
  const { ids, next_key, next_id, total, is_exact } = row;
  const next = next_key === null || next_id === null ? null : { key: next_key, id: next_id };
  return { ids, next, total, isExact: is_exact };
}

/** Customers by the ids of their rows, in the order of these. */
export async function readCustomers(sql: Sql, ids: readonly number[]): Promise<CustomerRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<CustomerRow>(
    `select store_id as "storeId", woo_id as "wooId", email, username, first_name as "firstName",
            last_name as "lastName", role, company, phone, city, country,
            is_paying_customer as "isPayingCustomer", woo_created_at as "wooCreatedAt",
            updated_at as "updatedAt", deleted_at as "deletedAt"
       from unnest($1::bigint[]) with ordinality wanted (id, n)
       join customer on customer.id = wanted.id
      order by n`,
    [ids],
  );
  return rows;
}

/** Rows of the customers that stores know by this number: at most one a store. */
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
        and ($6 = 'all' or (deleted_at is null) = ($6 = 'living'))
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

/** Values that customers have, each in the order of the alphabet, as the stores write them. */
export interface CustomerFacets {
  roles: string[];
  countries: string[];
}

/** How many customers are looked at, however many there are. */
const LOOKED_AT = 3_000;

/** Of the customers that changed last: what only others have can be asked for, but is not found here. */
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
  if (!row) throw new Error('The facets gave no answer');
  return row;
}
