import type { WorkDeps } from '../job.ts';
import { spendOneRequest } from '../request-budget.ts';
import { findFreshness, recordNewest } from '../../sql/freshness.ts';
import { saveFound, skipStep } from './next-step.ts';
import { toNewLines, toPageRows } from './page-rows.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Small, because the cost for the store grows with the rows. */
const FIRST_LOOK = 10;

/** After this many pages of new customers the rest is left to the walk: too many for a delta. */
const MAX_PAGES = 20;

interface NewestCursor {
  offset?: number;
  newest?: number;
  pages?: number;
}

/**
 * Reads the newest customers, newest first, down to a known one: one request if nothing is new. Misses: a
 * customer deleted meanwhile shifts the list and may hide one; the walk of a window finds it.
 */
export async function askNewest(
  deps: WorkDeps,
  walking: Walking,
  signal: AbortSignal,
): Promise<StepResult> {
  const { run } = walking;
  const { offset = 0, newest = 0, pages = 0 } = walking.cursor as NewestCursor;
  const known = await writeWalk(deps, run.orgId, async (sql) => {
    return (await findFreshness(sql, run.storeId)).newestWooId;
  });
  const perPage = offset === 0 ? FIRST_LOOK : run.settings.pageSize;
  await spendOneRequest(deps, walking.run);
  const page = await walking.store.client.listCustomers({
    offset,
    perPage,
    order: 'desc',
    role: run.settings.roleFilter,
    signal,
  });
  const rows = toPageRows(page.rows);
  const greatest = Math.max(newest, ...rows.map(({ id }) => id ?? 0));
  const isKnown = rows.some(({ id }) => id !== null && id <= known);
  if (!isKnown && page.rows.length === perPage && pages + 1 >= MAX_PAGES)
    return skipStep(deps, walking, [tooMany(pages + 1)]);
  const isOver = isKnown || page.rows.length < perPage;
  return saveFound(deps, walking, {
    lines: toNewLines(rows.filter(({ id }) => id !== null && id > known)),
    reading: page.reading,
    // Repeats one row, so that growth of the list only causes duplicates.
    cursor: isOver
      ? null
      : { offset: offset + page.rows.length - 1, newest: greatest, pages: pages + 1 },
    entries: [{ event: 'delta.newest', message: 'Checked for new customers.', data: { known } }],
    also: async (sql) => {
      if (isOver) await recordNewest(sql, run, greatest);
    },
  });
}

function tooMany(pages: number) {
  return {
    event: 'delta.newest',
    level: 'warning' as const,
    message: `More than ${pages} pages of customers are new; the following deltas read the rest. A full run is quicker.`,
  };
}
