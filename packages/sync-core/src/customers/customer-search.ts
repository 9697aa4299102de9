import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type {
  CustomerRow,
  CustomerSearch,
  CustomerSort,
  ExportedCustomer,
} from '../domain/customer-list.ts';
import { alternativesOf, searchWords } from '../domain/search-words.ts';
import { nearestWord, slipsOf } from '../domain/spelling.ts';
import { decodeCursor, encodeCursor } from '../runs/cursor.ts';
import {
  findByWooId,
  findCustomers,
  type ListPlace,
  readCustomers,
  readExportedCustomers,
} from '../sql/customer-views.ts';

export interface CustomerPage {
  items: CustomerRow[];
  /** Null at the end. A page may be short or empty without being the last: each call does a bounded amount of work. */
  nextCursor: string | null;
  /** What matched: the words of the query; telephone numbers without separators. */
  words: string[];
  /** Set on the first page only: how many match; a lower bound unless `isExact`. */
  total: { count: number; isExact: boolean } | null;
  /** Suggested spellings, if nothing was found: the words, one of them spelled as in a customer. */
  suggestion: string | null;
}

/** Upper limit of the count. */
const COUNT_TO = 1_000;
const EXPORT_PAGE = 500;
/** Number of customers whose texts are searched for a suggestion. */
const LOOKED_AT = 50;

/**
 * One page of matching customers.
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
    const total = { count: items.length, isExact: true };
    return { items, nextCursor: null, words, total, suggestion: null };
  }
  const countTo = after ? 0 : COUNT_TO;
  const forms = words.map(alternativesOf);
  const found = await findCustomers(sql, {
    filter: input,
    words: forms,
    sort,
    after,
    limit,
    countTo,
  });
  // An exact match by number comes first and is not repeated further down.
  const others = found.ids.filter((id) => !named.includes(id));
  const items = await readCustomers(sql, after ? others : [...named, ...others]);
  return {
    items,
    nextCursor: found.next && encodePlace(sort, found.next),
    words,
    total: after
      ? null
      : { count: Math.max(Math.min(found.total, COUNT_TO), items.length), isExact: found.isExact },
    suggestion: items.length === 0 && !after ? await suggest(sql, input, words) : null,
  };
}

/** The words with the first one corrected that is one slip away from a word of customers that fit otherwise. */
async function suggest(
  sql: Sql,
  filter: CustomerSearch,
  words: readonly string[],
): Promise<string | null> {
  for (const [index, word] of words.entries()) {
    const slips = slipsOf(word);
    if (slips.length === 0) continue;
    const { ids } = await findCustomers(sql, {
      filter,
      words: words.map(alternativesOf).with(index, slips),
      sort: 'changed',
      after: null,
      limit: LOOKED_AT,
      countTo: 0,
    });
    const found = await readCustomers(sql, ids);
    const texts = found.flatMap((each) => [each.firstName, each.lastName, each.company, each.city]);
    const meant = nearestWord(word, texts);
    if (meant !== null) return words.with(index, meant).join(' ');
  }
  return null;
}

/**
 * All matching customers, by store and id, one transaction a page. An exact match by number comes first, as in
 * a search. A customer that matches throughout is returned exactly once, whatever is written meanwhile.
 */
export async function* walkCustomers(
  database: Database,
  caller: Caller,
  input: CustomerSearch,
): AsyncGenerator<ExportedCustomer[]> {
  const { words, wooId, isNumberOnly } = searchWords(input.q ?? '');
  let named: number[] = [];
  if (wooId !== null) {
    yield await database.withOrg(caller.orgId, async (sql) => {
      named = await findByWooId(sql, wooId, input);
      return readExportedCustomers(sql, named);
    });
  }
  if (isNumberOnly) return;
  const forms = words.map(alternativesOf);
  let after: ListPlace | null = null;
  do {
    const from: ListPlace | null = after;
    const page = await database.withOrg(caller.orgId, async (sql) => {
      const order = { sort: 'store', after: from, limit: EXPORT_PAGE, countTo: 0 } as const;
      const found = await findCustomers(sql, { filter: input, words: forms, ...order });
      const others = found.ids.filter((id) => !named.includes(id));
      return { rows: await readExportedCustomers(sql, others), next: found.next };
    });
    yield page.rows;
    after = page.next;
  } while (after);
}

const isByName = (sort: CustomerSort): boolean => sort === 'name' || sort === 'name_desc';

function decodePlace(sort: CustomerSort, cursor: string | undefined): ListPlace | null {
  const key = isByName(sort) ? 'name' : 'changedAt';
  const place = decodeCursor(cursor, [key, 'row']);
  return place ? { key: place[key], id: Number(place.row) } : null;
}

function encodePlace(sort: CustomerSort, { key, id }: ListPlace): string {
  return encodeCursor({ [isByName(sort) ? 'name' : 'changedAt']: key, row: String(id) });
}
