import { countOf, formatCount } from '../../domain/count-words.ts';
import type { Sql } from '@mantis-sync/db';
import { beginSecondPass } from '../../domain/walk.ts';
import { changeLeasedRun, type RunChange } from '../../runs/change-run.ts';
import type { ActivityEntry } from '../../sql/activity.ts';
import { completeDiscovery, moveCursor } from '../../sql/discovery.ts';
import { recordFullWalk } from '../../sql/freshness.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { recordStoreOk } from '../../sql/stores.ts';
import type { WorkDeps } from '../job.ts';
import { findDeletions } from './find-deletions.ts';
import { stopAtBreaker } from './stop-at-breaker.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** At the end of the list: reconciles with the store's total, and reads it once more if too few were seen. */
export async function endWalk(deps: WorkDeps, walking: Walking): Promise<StepResult> {
  const { run, lease } = walking;
  const end = async (sql: Sql, now: RunRow): Promise<RunChange<StepResult>> => {
    const seen = now.counts.total;
    const missing = (walking.total ?? seen) - seen;
    if (missing > 0 && walking.walk.pass === 1) {
      return beginAgain(sql, walking, seen, missing);
    }
    const isWhole = missing <= 0;
    if (run.kind === 'reconcile' && isWhole) {
      const tooMany = await findDeletions(sql, now, { fromId: 0, toId: null });
      if (tooMany) return stopAtBreaker(sql, walking, tooMany);
    }
    if (isWhole) await recordFullWalk(sql, now, walking.walk.lastId);
    return endDiscovery(sql, walking, [
      describeReconciliation(seen, walking.total),
      ...(run.kind === 'reconcile' && !isWhole ? [noDeletions(missing)] : []),
    ]);
  };
  return writeWalk(deps, run.orgId, (sql) => changeLeasedRun(sql, lease, (now) => end(sql, now)));
}

/** Completes a discovery under the run's lock; its lines are processed next. */
export async function endDiscovery(
  sql: Sql,
  { run, lease }: Walking,
  activity: readonly ActivityEntry[] = [],
): Promise<RunChange<'over'>> {
  await completeDiscovery(sql, lease);
  await recordStoreOk(sql, run.storeId);
  return { result: 'over', activity, enqueue: { task: 'sync.process' } };
}

async function beginAgain(
  sql: Sql,
  walking: Walking,
  seen: number,
  missing: number,
): Promise<RunChange<StepResult>> {
  const walk = beginSecondPass(walking.walk);
  await moveCursor(sql, walking.lease, {
    walk,
    prefetchPages: walking.ahead,
    stepCursor: walking.cursor,
    total: null,
    budget: null,
    nextRequests: 0,
  });
  return {
    result: { ...walking, walk },
    activity: [
      {
        event: 'discovery.second_pass',
        level: 'warning',
        message: `The store reports ${countOf(seen + missing, 'customer')}, ${formatCount(seen)} ${seen === 1 ? 'was' : 'were'} read; reading the list once more.`,
      },
    ],
  };
}

/** Unseen customers may be among those that the store did not serve, so they may not be deleted. */
function noDeletions(missing: number): ActivityEntry {
  return {
    event: 'deletions.unknown',
    level: 'warning',
    message: `The store did not serve ${countOf(missing, 'customer')}. The scan is incomplete, so deletions were not checked.`,
    data: { missing },
  };
}

function describeReconciliation(seen: number, total: number | null): ActivityEntry {
  const data = { seen, storeTotal: total };
  if (total === null) {
    return {
      event: 'discovery.complete',
      level: 'warning',
      data,
      message: `Read the complete list: ${countOf(seen, 'customer')}. The store does not report a total.`,
    };
  }
  if (total === seen) {
    return {
      event: 'discovery.complete',
      data,
      message: `Read the complete list: ${countOf(seen, 'customer')}, as the store reports.`,
    };
  }
  return {
    event: 'discovery.complete',
    level: 'warning',
    data,
    message:
      `Read the complete list: ${countOf(seen, 'customer')}, while the store reports ${formatCount(total)}` +
      (seen > total
        ? ' (customers were deleted meanwhile).'
        : ` (${formatCount(total - seen)} ${total - seen === 1 ? 'is' : 'are'} not served by its API).`),
  };
}
