import type { Sql } from '@mantis-sync/db';
import { alternativesOf, searchWords } from '../domain/search-words.ts';
import { findCustomers, readCustomers } from '../sql/customer-views.ts';
import type { LineFilter } from '../sql/line-views.ts';

/** Maximum number of customers found by a search within a run. */
const MOST_FOUND = 500;

/**
 * The condition of a search: a customer id, or words of a name, email address or company. Customers that were
 * never stored are found by the store's row.
 */
export async function searchInRun(
  sql: Sql,
  storeId: string,
  q: string,
): Promise<NonNullable<LineFilter['search']>> {
  const { words, wooId, isNumberOnly } = searchWords(q);
  const named = wooId === null ? [] : [wooId];
  if (isNumberOnly || words.length === 0) return { wooIds: named, words: [] };
  const forms = words.map(alternativesOf);
  const { ids } = await findCustomers(sql, {
    filter: { storeId, status: 'all' },
    words: forms,
    sort: 'store',
    after: null,
    limit: MOST_FOUND,
    countTo: 0,
  });
  const found = await readCustomers(sql, ids);
  return { wooIds: [...named, ...found.map((customer) => customer.wooId)], words: forms };
}
