import type { Sql } from '@mantis-sync/db';
import { changeLeasedRun, type RunChange } from '../../runs/change-run.ts';
import { recordPass, recordWindowEnd } from '../../sql/freshness.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { WorkDeps } from '../job.ts';
import { endDiscovery } from './end-walk.ts';
import { findDeletions } from './find-deletions.ts';
import { stopAtBreaker } from './stop-at-breaker.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** True once the walk has reached the end of its window; full walks have none. */
export function hasReachedWindowEnd({ run, walk }: Walking): boolean {
  return run.walkUntilOffset !== null && !walk.unanchored && walk.offset >= run.walkUntilOffset;
}

/** Pages to prefetch: in a window at most the remaining ones. */
export function pagesWorthAsking({ run, walk, ahead }: Walking): number {
  if (run.walkUntilOffset === null) return ahead;
  const rows = Math.max(1, run.walkUntilOffset - walk.offset);
  return Math.min(ahead, Math.ceil(rows / Math.max(1, walk.pageSize - 1)));
}

/**
 * Ends a delta's verification window: the next delta continues here, or at the start once the end of the list
 * was reached.
 */
export async function endWindow(
  deps: WorkDeps,
  walking: Walking,
  at: 'middle' | 'end',
): Promise<StepResult> {
  const { run, lease, walk } = walking;
  const end = async (sql: Sql, now: RunRow): Promise<RunChange<StepResult>> => {
    const toId = at === 'end' ? null : walk.lastId;
    const tooMany = await findDeletions(sql, now, { fromId: now.walkFromId, toId });
    if (tooMany) return stopAtBreaker(sql, walking, tooMany);
    if (at === 'end') await recordPass(sql, run, walk.lastId);
    else await recordWindowEnd(sql, run, walk);
    return endDiscovery(sql, walking, [
      {
        event: 'delta.slice',
        message:
          at === 'end'
            ? 'Verified the last window: every customer has been compared with the store.'
            : `Verified a window of the list, up to offset ${walk.offset}.`,
        data: { fromId: now.walkFromId, toId: walk.lastId, offset: walk.offset },
      },
    ]);
  };
  return writeWalk(deps, run.orgId, (sql) => changeLeasedRun(sql, lease, (now) => end(sql, now)));
}
