import { countOf, formatCount } from '../../domain/count-words.ts';
import type { WorkDeps } from '../job.ts';
import { spendOneRequest } from '../request-budget.ts';
import { momentOf, type Reading } from '../../domain/choose-answer.ts';
import { reportGranularityMs } from '../../domain/report-granularity.ts';
import { findFreshness, recordActive } from '../../sql/freshness.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import { findReportNews, saveReportHashes } from '../../sql/report-hashes.ts';
import type { NewLine } from '../../sql/lines.ts';
import type { ActiveCustomer } from '../../woo/active-customers.ts';
import { saveFound } from './next-step.ts';
import { toNewLines, toPageRows } from './page-rows.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** The report may be half a day late, and its filter is off by the store's time zone. */
const OVERLAP_MS = 2 * 24 * 3_600_000;

/** Pages of the report that a delta reads at most: 10,000 customers. */
const MAX_PAGES = 100;

interface ActiveCursor {
  page?: number;
  /** The store's clock when the first page was read, in ISO format. */
  began?: string;
}

/**
 * Reads the store's report of active customers, and fetches those whose row changed, and all who may have been
 * active since the last delta: in a coarse report a further visit changes nothing. A hundred per request.
 * Misses changes without activity, and everything if the report is disabled, empty (as after an SQL import) or
 * late.
 */
export async function askActive(
  deps: WorkDeps,
  walking: Walking,
  signal: AbortSignal,
): Promise<StepResult> {
  const { run, store } = walking;
  const { page = 1, began } = walking.cursor as ActiveCursor;
  const { activeUntil, verifiedSince } = await writeWalk(deps, run.orgId, (sql) =>
    findFreshness(sql, run.storeId),
  );
  const since = activeUntil ?? verifiedSince ?? run.createdAt;
  await spendOneRequest(deps, walking.run);
  const report = await store.client.listActive({
    after: new Date(since.getTime() - OVERLAP_MS),
    page,
    signal,
  });
  const start = began ? new Date(began) : (report.storeDate ?? new Date(deps.clock()));
  const reported = await writeWalk(deps, run.orgId, (sql) =>
    findReportNews(sql, run.storeId, report.customers),
  );
  const activeFrom = since.getTime() - reportGranularityMs(store.store.wooVersion);
  const news = report.customers.filter(
    (customer) => reported.includes(customer) || (customer.activeAt?.getTime() ?? 0) >= activeFrom,
  );
  const fetched = await fetchThem(deps, walking, news, signal);
  const isOver = !report.hasMore || page >= MAX_PAGES;
  return saveFound(deps, walking, {
    lines: fetched.lines,
    reading: fetched.reading,
    cursor: isOver ? null : { page: page + 1, began: start.toISOString() },
    entries: [
      {
        event: 'delta.active',
        message: `The store’s report lists ${countOf(report.customers.length, 'active customer')}; ${formatCount(news.length)} may have changed and ${news.length === 1 ? 'was' : 'were'} read.`,
        data: { page, since: since.toISOString() },
      },
    ],
    also: async (sql) => {
      await saveReportHashes(sql, run.storeId, news);
      // The report's pages are limited, and so is their cost.
      await extendRequestBudget(sql, run.id, 2 + 2 * (news.length - fetched.served));
      if (isOver) await recordActive(sql, run, start);
    },
  });
}

/** Customers that the store cannot serve together are requested one by one when their lines are processed. */
async function fetchThem(
  deps: WorkDeps,
  walking: Walking,
  news: readonly ActiveCustomer[],
  signal: AbortSignal,
): Promise<{ lines: NewLine[]; reading: Reading; served: number }> {
  if (news.length === 0) return { lines: [], reading: momentOf(deps.clock()), served: 0 };
  await spendOneRequest(deps, walking.run);
  const ids = news.map(({ wooId }) => wooId);
  const page = await walking.store.client.fetchCustomers(ids, { signal });
  const rows = toPageRows(page.rows);
  const wanted = rows.filter(({ id }) => id !== null && ids.includes(id));
  const served = new Set(wanted.map(({ id }) => id));
  return {
    lines: [...toNewLines(wanted), ...ids.filter((id) => !served.has(id)).map(toUnreadLine)],
    reading: page.reading,
    served: wanted.length,
  };
}

/** A line that is read from the store when it is processed. */
export function toUnreadLine(wooCustomerId: number): NewLine {
  return { wooCustomerId, unidentifiedRowKey: null, payload: null, error: null };
}
