import type { Sql } from '@mantis-sync/db';
import { recordEnd } from '../../runs/record-end.ts';
import { appendActivity } from '../../sql/activity.ts';
import { failDiscovery } from '../../sql/discovery.ts';
import { notifyRunChanged, enqueueJob } from '../../sql/jobs.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { TooManyDeletions } from './find-deletions.ts';
import type { WalkProgress, Walking } from './walking.ts';

/** So many customers are gone that a person must look: they may be gone by mistake, theirs or ours. */
export async function stopAtBreaker(
  sql: Sql,
  walking: Walking,
  run: RunRow,
  { candidates, customers }: TooManyDeletions,
): Promise<WalkProgress> {
  const message =
    `${candidates} of ${customers} customers are no longer in the store’s list. That is a lot, so none was marked as deleted. ` +
    'Look at the store: if they are really gone, retry with override; if not, mend the store and force the run done.';
  const error = { code: 'too_many_deletions', message };
  await failDiscovery(sql, walking.lease, error, true);
  await appendActivity(sql, run.id, [
    {
      event: 'deletions.stopped',
      level: 'error',
      message,
      data: { code: error.code, candidates, customers },
    },
  ]);
  await recordEnd(sql, run.id, run.state);
  await enqueueJob(sql, 'sync.process', run.id);
  await notifyRunChanged(sql, run.id);
  return 'over';
}
