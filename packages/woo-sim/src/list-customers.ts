import { customerRow } from './customer-record.ts';
import type { SimCustomer } from './customer-record.ts';
import type { CustomerStore } from './customer-store.ts';
import type { ListFault } from './faults.ts';
import { listAnswer } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';
import { createRandom, shuffled } from './seeded-random.ts';
import { pageWindow } from './select-customers.ts';
import type { IdList, PageWindow } from './select-customers.ts';

export interface ListDeps {
  customers: CustomerStore;
  select: (query: RestContext['query']) => IdList;
  /** Generates a customer beyond the end of the store, for the list that never ends. */
  invent: (id: number) => SimCustomer;
}

/** Serves `GET customers`; parameters and rights were checked before. */
export function listCustomers(
  deps: ListDeps,
  context: RestContext,
  faults: readonly ListFault[],
  requestNumber: number,
): Answer {
  const list = deps.select(context.query);
  const window = cappedWindow(context, faults);
  const { ids, total } = shapePage(list, window, faults, deps.customers.nextId, requestNumber);
  const rows = ids.map((id) => ({
    id,
    value: customerRow(deps.customers.get(id) ?? deps.invent(id), context.viewer),
  }));
  return listAnswer(context, { window, total, rows });
}

function cappedWindow(context: RestContext, faults: readonly ListFault[]): PageWindow {
  const window = pageWindow(context.query);
  const cap = faults.find((fault) => fault.kind === 'per-page-cap')?.rows ?? Infinity;
  if (window.limit <= cap) return window;
  const byPage = window.offset === (window.page - 1) * window.limit && !context.query.has('offset');
  const offset = byPage ? (window.page - 1) * cap : window.offset;
  return { offset, limit: cap, page: Math.ceil(offset / cap) + 1 };
}

function shapePage(
  list: IdList,
  { offset, limit }: PageWindow,
  faults: readonly ListFault[],
  nextId: number,
  requestNumber: number,
): { ids: number[]; total: number } {
  const random = createRandom(requestNumber);
  const stuck = faults.find((fault) => fault.kind === 'same-page');
  const from = stuck ? (stuck.offset ?? 0) : offset;
  const source = faults.some((fault) => fault.kind === 'shuffle' && fault.scope === 'list')
    ? shuffledList(list, random)
    : list;
  let ids = source.slice(from, limit);
  let total = list.length;
  for (const fault of faults) {
    if (fault.kind === 'shuffle' && fault.scope === 'page') ids = shuffled(ids, random);
    if (fault.kind === 'hide') ids = ids.filter((id) => !fault.ids.includes(id));
    if (fault.kind === 'duplicate') ids = withDuplicates(ids, source, from, fault);
    if (fault.kind === 'endless-list') {
      for (let at = from + ids.length; ids.length < limit; at++)
        ids.push(nextId + at - list.length);
      total = Math.max(total, from + 2 * limit);
    }
  }
  return { ids, total };
}

function shuffledList(list: IdList, random: () => number): IdList {
  const ids = shuffled(list.slice(0, list.length), random);
  return { length: ids.length, slice: (offset, limit) => ids.slice(offset, offset + limit) };
}

/** The page keeps its length: rows of this page (or the previous one) replace its last ones. */
function withDuplicates(
  ids: readonly number[],
  list: IdList,
  offset: number,
  fault: { rows: number; from?: 'page' | 'previous' },
): number[] {
  const kept = ids.slice(0, Math.max(0, ids.length - fault.rows));
  if (fault.from === 'previous') {
    const earlier = list.slice(Math.max(0, offset - fault.rows), Math.min(fault.rows, offset));
    return earlier.length === 0 ? [...ids] : [...earlier, ...kept];
  }
  return [...kept, ...ids.slice(0, ids.length - kept.length)];
}
