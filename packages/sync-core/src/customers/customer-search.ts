import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { CustomerRow, CustomerSearch, CustomerSort } from '../domain/customer-list.ts';
import { searchWords } from '../domain/search-words.ts';
import { decodeCursor, encodeCursor } from '../runs/cursor.ts';
import {
  findByWooId,
  findCustomers,
  type ListPlace,
  readCustomers,
} from '../sql/customer-views.ts';

export interface CustomerPage {
  items: CustomerRow[];
  /** Null at the end. A page may be short, or empty, and yet not be the last: so much work, no more. */
  nextCursor: string | null;
  /** What had to occur: the words that were typed, a telephone number without what stands between its digits. */
  words: string[];
  /** Of the first page alone: how many there are, at least so many where it is not exact. */
  total: { count: number; isExact: boolean } | null;
}

/** How far the total is counted. */
const COUNT_TO = 1_000;
const EXPORT_PAGE = 500;

/**
 * One page of the customers that fit.
 * @throws SyncError `invalid_cursor`
 */
export async function searchCustomers(
  sql: Sql,
  input: CustomerSearch & { sort: CustomerSort; cursor?: string | undefined; limit: number },
): Promise<CustomerPage> {
  const { q = '', sort, limit, cursor } = input;
  const after = decodePlace(sort, cursor);
  const { words, wooId, isNumberOnly } = searchWords(q);
  const named = wooId === null ? [] : await findByWooId(sql, wooId, input);
  if (isNumberOnly) {
    const items = await readCustomers(sql, named);
    return { items, nextCursor: null, words, total: { count: items.length, isExact: true } };
  }
  const countTo = after ? 0 : COUNT_TO;
  const found = await findCustomers(sql, { filter: input, words, sort, after, limit, countTo });
  // Whoever is known by this number stands first, and not again further down.
  const others = found.ids.filter((id) => !named.includes(id));
  const items = await readCustomers(sql, after ? others : [...named, ...others]);
  return {
    items,
    nextCursor: found.next && encodePlace(sort, found.next),
    words,
    total: after
      ? null
      : { count: Math.max(Math.min(found.total, COUNT_TO), items.length), isExact: found.isExact },
  };
}

/**
 * All customers that fit, by store and number, a page in a transaction of its own; whoever is known by the
 * number that was typed stands first, as in a search. Whoever is there from beginning to end is in it once,
 * whatever is written meanwhile.
 */
export async function* walkCustomers(
  database: Database,
  caller: Caller,
  input: CustomerSearch,
): AsyncGenerator<CustomerRow[]> {
  const { words, wooId, isNumberOnly } = searchWords(input.q ?? '');
  let named: number[] = [];
  if (wooId !== null) {
    yield await database.withOrg(caller.orgId, async (sql) => {
      named = await findByWooId(sql, wooId, input);
      return readCustomers(sql, named);
    });
  }
  if (isNumberOnly) return;
  let after: ListPlace | null = null;
  do {
    const from: ListPlace | null = after;
    const page = await database.withOrg(caller.orgId, async (sql) => {
      const order = { sort: 'store', after: from, limit: EXPORT_PAGE, countTo: 0 } as const;
      const found = await findCustomers(sql, { filter: input, words, ...order });
      const others = found.ids.filter((id) => !named.includes(id));
      return { rows: await readCustomers(sql, others), next: found.next };
    });
    yield page.rows;
    after = page.next;
  } while (after);
}

function decodePlace(sort: CustomerSort, cursor: string | undefined): ListPlace | null {
  const key = sort === 'name' ? 'name' : 'changedAt';
  const place = decodeCursor(cursor, [key, 'row']);
  return place ? { key: place[key], id: Number(place.row) } : null;
}

function encodePlace(sort: CustomerSort, { key, id }: ListPlace): string {
  return encodeCursor({ [sort === 'name' ? 'name' : 'changedAt']: key, row: String(id) });
}
