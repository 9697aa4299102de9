import type { Sql } from '@mantis-sync/db';
import { momentOf, type Reading } from '../../domain/choose-answer.ts';
import { beginWindow, deltaBudget, windowEnd, windowsNow } from '../../domain/delta.ts';
import { type DiscoveryStep, stepAfter } from '../../domain/run-kind.ts';
import { changeLeasedRun } from '../../runs/change-run.ts';
import type { ActivityEntry } from '../../sql/activity.ts';
import { countActiveCustomers } from '../../sql/customers.ts';
import { beginWindowWalk, moveStep } from '../../sql/discovery.ts';
import { findFreshness, recordWindowStart } from '../../sql/freshness.ts';
import { insertLines, type NewLine } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { hasOpenGap } from '../../sql/webhooks.ts';
import type { WorkDeps } from '../job.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** The result of one request of a step, and its next cursor. */
export interface Found {
  lines: readonly NewLine[];
  /** When the store responded. */
  reading: Reading;
  /** The next cursor of the step; null if the step is complete. */
  cursor: Record<string, unknown> | null;
  entries: readonly ActivityEntry[];
  /** Further writes of the same transaction. */
  also?: (sql: Sql) => Promise<void>;
}

/** Saves the result of a request: its lines and the next cursor, in one transaction. */
export async function saveFound(
  deps: WorkDeps,
  walking: Walking,
  found: Found,
): Promise<StepResult> {
  const { run, lease } = walking;
  const next = found.cursor === null ? nextOf(walking) : walking.step;
  const cursor = found.cursor ?? {};
  return writeWalk(deps, run.orgId, (sql) =>
    changeLeasedRun(sql, lease, async () => {
      const before = await moveStep(sql, lease, { step: next, cursor });
      const added = await insertLines(sql, run.orgId, run.id, before, found.reading, found.lines);
      await found.also?.(sql);
      const entered =
        next === 'walk' && walking.step !== 'walk' ? await enterWalk(sql, walking) : walking;
      return {
        result: { ...entered, run: { ...entered.run, pageAttempts: 0 }, step: next, cursor },
        activity: describe(found.entries, added),
      };
    }),
  );
}

/** Continues with the next step without a result, and records the reason if there is one. */
export function skipStep(
  deps: WorkDeps,
  walking: Walking,
  entries: readonly ActivityEntry[] = [],
): Promise<StepResult> {
  return saveFound(deps, walking, {
    lines: [],
    reading: momentOf(deps.clock()),
    cursor: null,
    entries,
  });
}

/** The last step of a plan ends discovery itself, so there is always a next step here. */
function nextOf({ run, step }: Walking): DiscoveryStep {
  const next = stepAfter(run.kind, step);
  if (next === null) throw new Error(`nothing follows the step ${step} of a ${run.kind} run`);
  return next;
}

/** A delta's walk is a window that starts where the previous one ended; other walks begin at the start. */
async function enterWalk(sql: Sql, walking: Walking): Promise<Walking> {
  const { run, lease } = walking;
  if (run.kind !== 'delta') return walking;
  const { pageSize, deltaSlices } = run.settings;
  const { window } = await findFreshness(sql, run.storeId);
  const customers = await countActiveCustomers(sql, run.storeId);
  const windows = windowsNow(deltaSlices, await hasOpenGap(sql, run.storeId));
  const untilOffset = windowEnd(window.offset, customers, windows, pageSize);
  const budget = deltaBudget(untilOffset - window.offset, pageSize);
  await beginWindowWalk(sql, lease, { ...window, untilOffset, budget });
  await recordWindowStart(sql, run);
  const entered: RunRow = { ...run, walkFromId: window.lastId, walkUntilOffset: untilOffset };
  return { ...walking, run: entered, walk: beginWindow(window, pageSize) };
}

/** The number of added lines is known only after they are inserted. */
function describe(entries: readonly ActivityEntry[], added: number): ActivityEntry[] {
  return entries.map((entry) => ({ ...entry, data: { ...entry.data, added } }));
}
