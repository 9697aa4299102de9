import type { Sql } from '@mantis-sync/db';
import { searchWords } from '../domain/search-words.ts';
import { findCustomers, readCustomers } from '../sql/customer-views.ts';
import type { LineFilter } from '../sql/line-views.ts';

/** Customers that a search within a run finds at most; a longer list asks for another word. */
const MOST_FOUND = 500;

/**
 * What lines have to be about: a customer's number, or words of a name, an email address or a company. A
 * customer that was never stored is found by what the store sent.
 */
export async function searchInRun(
  sql: Sql,
  storeId: string,
  q: string,
): Promise<NonNullable<LineFilter['search']>> {
  const { words, wooId, isNumberOnly } = searchWords(q);
  const named = wooId === null ? [] : [wooId];
  if (isNumberOnly || words.length === 0) return { wooIds: named, words: [] };
  const { ids } = await findCustomers(sql, {
    filter: { storeId, status: 'all' },
    words,
    sort: 'store',
    after: null,
    limit: MOST_FOUND,
    countTo: 0,
  });
  const found = await readCustomers(sql, ids);
  return { wooIds: [...named, ...found.map((customer) => customer.wooId)], words };
}
