import type { Sql } from '@mantis-sync/db';
import { beginSlice, deltaBudget, sliceEnd } from '../../domain/delta.ts';
import { type DiscoveryStep, stepAfter } from '../../domain/run-kind.ts';
import { type ActivityEntry, appendActivity } from '../../sql/activity.ts';
import { countLiving } from '../../sql/customers.ts';
import { beginSliceWalk, insertLines, moveStep, type NewLine } from '../../sql/discovery.ts';
import { findFreshness, noteSliceBegun } from '../../sql/freshness.ts';
import { hint } from '../../sql/jobs.ts';
import type { WorkDeps } from '../job.ts';
import { type SliceStep, type Walking, writeWalk } from './walking.ts';

/** What a question found, and where discovery goes on. */
export interface Found {
  lines: readonly NewLine[];
  /** When the store said so. */
  fetchedAt: Date;
  /** Where this step goes on; null where it is over. */
  cursor: Record<string, unknown> | null;
  entries: readonly ActivityEntry[];
  /** Further writes of the same transaction. */
  also?: (sql: Sql) => Promise<void>;
}

/** Stores what a question found: its lines, and the place where discovery goes on, in one transaction. */
export async function keepFound(
  deps: WorkDeps,
  walking: Walking,
  found: Found,
): Promise<SliceStep> {
  const { run, lease } = walking;
  const next = found.cursor === null ? nextOf(walking) : walking.step;
  const cursor = found.cursor ?? {};
  await writeWalk(deps, run.orgId, async (sql) => {
    const before = await moveStep(sql, lease, { step: next, cursor });
    const added = await insertLines(sql, run.orgId, run.id, before, found.fetchedAt, found.lines);
    await found.also?.(sql);
    if (next === 'walk' && walking.step !== 'walk') await enterWalk(sql, walking);
    await appendActivity(sql, run.id, describe(found.entries, added));
    await hint(sql, run.id);
  });
  walking.step = next;
  walking.cursor = cursor;
  run.pageAttempts = 0;
  return 'go_on';
}

/** Goes on with the next step without having found anything, and says why where there is a reason. */
export function skipStep(
  deps: WorkDeps,
  walking: Walking,
  entries: readonly ActivityEntry[] = [],
): Promise<SliceStep> {
  return keepFound(deps, walking, {
    lines: [],
    fetchedAt: new Date(deps.clock()),
    cursor: null,
    entries,
  });
}

/** The last step of a plan ends discovery itself and is never asked what follows. */
function nextOf({ run, step }: Walking): DiscoveryStep {
  const next = stepAfter(run.kind, step);
  if (next === null) throw new Error(`nothing follows the step ${step} of a ${run.kind} run`);
  return next;
}

/** A delta's walk is a slice, from where the one before ended. Walks of all begin at the start. */
async function enterWalk(sql: Sql, walking: Walking): Promise<void> {
  const { run, lease } = walking;
  if (run.kind !== 'delta') return;
  const { pageSize, deltaSlices } = run.settings;
  const { slice } = await findFreshness(sql, run.storeId);
  const customers = await countLiving(sql, run.storeId);
  const untilRank = sliceEnd(slice.rank, customers, deltaSlices, pageSize);
  const budget = deltaBudget(untilRank - slice.rank, pageSize);
  await beginSliceWalk(sql, lease, { ...slice, untilRank, budget });
  await noteSliceBegun(sql, run);
  run.walkFromId = slice.lastId;
  run.walkUntilRank = untilRank;
  walking.walk = beginSlice(slice, pageSize);
}

/** The number of lines added is known only once they are. */
function describe(entries: readonly ActivityEntry[], added: number): ActivityEntry[] {
  return entries.map((entry) => ({ ...entry, data: { ...entry.data, added } }));
}
