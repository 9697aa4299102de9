import type { Sql } from '@mantis-sync/db';
import { beginWindow, deltaBudget, windowEnd, windowsNow } from '../../domain/delta.ts';
import { type DiscoveryStep, stepAfter } from '../../domain/run-kind.ts';
import { type ActivityEntry, appendActivity } from '../../sql/activity.ts';
import { countActiveCustomers } from '../../sql/customers.ts';
import { beginWindowWalk, insertLines, moveStep, type NewLine } from '../../sql/discovery.ts';
import { findFreshness, recordWindowStart } from '../../sql/freshness.ts';
import { notifyRunChanged } from '../../sql/jobs.ts';
import { hasOpenGap } from '../../sql/webhooks.ts';
import type { WorkDeps } from '../job.ts';
import { type WalkProgress, type Walking, writeWalk } from './walking.ts';

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
export async function saveFound(
  deps: WorkDeps,
  walking: Walking,
  found: Found,
): Promise<WalkProgress> {
  const { run, lease } = walking;
  const next = found.cursor === null ? nextOf(walking) : walking.step;
  const cursor = found.cursor ?? {};
  await writeWalk(deps, run.orgId, async (sql) => {
    const before = await moveStep(sql, lease, { step: next, cursor });
    const added = await insertLines(sql, run.orgId, run.id, before, found.fetchedAt, found.lines);
    await found.also?.(sql);
    if (next === 'walk' && walking.step !== 'walk') await enterWalk(sql, walking);
    await appendActivity(sql, run.id, describe(found.entries, added));
    await notifyRunChanged(sql, run.id);
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
): Promise<WalkProgress> {
  return saveFound(deps, walking, {
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
  const { window } = await findFreshness(sql, run.storeId);
  const customers = await countActiveCustomers(sql, run.storeId);
  const windows = windowsNow(deltaSlices, await hasOpenGap(sql, run.storeId));
  const untilOffset = windowEnd(window.offset, customers, windows, pageSize);
  const budget = deltaBudget(untilOffset - window.offset, pageSize);
  await beginWindowWalk(sql, lease, { ...window, untilOffset, budget });
  await recordWindowStart(sql, run);
  run.walkFromId = window.lastId;
  run.walkUntilOffset = untilOffset;
  walking.walk = beginWindow(window, pageSize);
}

/** The number of lines added is known only once they are. */
function describe(entries: readonly ActivityEntry[], added: number): ActivityEntry[] {
  return entries.map((entry) => ({ ...entry, data: { ...entry.data, added } }));
}
