import type { Sql } from '@mantis-sync/db';
import { beginSecondPass } from '../../domain/walk.ts';
import { recordEnd } from '../../runs/record-end.ts';
import { type ActivityEntry, appendActivity } from '../../sql/activity.ts';
import { completeDiscovery, moveCursor } from '../../sql/discovery.ts';
import { recordFullWalk } from '../../sql/freshness.ts';
import { notifyRunChanged, enqueueJob } from '../../sql/jobs.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { lockRun } from '../../sql/runs.ts';
import { recordStoreOk } from '../../sql/stores.ts';
import type { WorkDeps } from '../job.ts';
import { findDeletions } from './find-deletions.ts';
import { stopAtBreaker } from './stop-at-breaker.ts';
import { type WalkProgress, type Walking, writeWalk } from './walking.ts';

/** The end of the list: reconciled with the store's total, and read once more where too few were seen. */
export async function endWalk(deps: WorkDeps, walking: Walking): Promise<WalkProgress> {
  const { run } = walking;
  return writeWalk(deps, run.orgId, async (sql) => {
    const now = (await lockRun(sql, run.id)) as RunRow;
    const seen = now.counts.total;
    const missing = (walking.total ?? seen) - seen;
    if (missing > 0 && walking.walk.pass === 1) {
      await beginAgain(sql, walking, seen, missing);
      return 'go_on';
    }
    const isWhole = missing <= 0;
    if (run.kind === 'reconcile' && isWhole) {
      const tooMany = await findDeletions(sql, now, { fromId: 0, toId: null });
      if (tooMany) return stopAtBreaker(sql, walking, now, tooMany);
    }
    if (isWhole)
      await recordFullWalk(sql, run, { newestWooId: walking.walk.lastId, since: now.createdAt });
    await appendActivity(sql, run.id, [
      describeReconciliation(seen, walking.total),
      ...(run.kind === 'reconcile' && !isWhole ? [noDeletions(missing)] : []),
    ]);
    await endDiscovery(sql, walking, now);
    return 'over';
  });
}

/** Ends a discovery whole. @param run under its lock, as it was before this transaction changed it */
export async function endDiscovery(sql: Sql, { lease }: Walking, run: RunRow): Promise<void> {
  await completeDiscovery(sql, lease);
  await recordEnd(sql, run.id, run.state);
  await enqueueJob(sql, 'sync.process', run.id);
  await recordStoreOk(sql, run.storeId);
  await notifyRunChanged(sql, run.id);
}

async function beginAgain(
  sql: Sql,
  walking: Walking,
  seen: number,
  missing: number,
): Promise<void> {
  const { run, lease } = walking;
  const walk = beginSecondPass(walking.walk);
  await moveCursor(sql, lease, {
    walk,
    prefetchPages: walking.ahead,
    total: null,
    budget: null,
    nextRequests: 0,
  });
  await appendActivity(sql, run.id, [
    {
      event: 'discovery.second_pass',
      level: 'warning',
      message: `The store says it has ${seen + missing} customers, ${seen} were seen; reading the list once more.`,
    },
  ]);
  await notifyRunChanged(sql, run.id);
  walking.walk = walk;
}

/** Who was not seen may be among those that the store did not serve: no proof of a deletion. */
function noDeletions(missing: number): ActivityEntry {
  return {
    event: 'deletions.unknown',
    level: 'warning',
    message: `${missing} customers were not served, so the walk was not whole, and nobody was looked for as deleted.`,
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
      message: `Read the list to its end: ${seen} customers. The store does not say how many it has.`,
    };
  }
  if (total === seen) {
    return {
      event: 'discovery.complete',
      data,
      message: `Read the list to its end: ${seen} customers, as the store says.`,
    };
  }
  return {
    event: 'discovery.complete',
    level: 'warning',
    data,
    message:
      `Read the list to its end: ${seen} customers, while the store says it has ${total}` +
      (seen > total
        ? ' (customers were deleted meanwhile).'
        : ` (${total - seen} are not served by its API).`),
  };
}
