import type { Sql } from '@mantis-sync/db';
import type { CustomerFilter, CustomerSort } from '../customer-search.ts';

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
