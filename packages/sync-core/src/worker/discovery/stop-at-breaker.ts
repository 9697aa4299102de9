import type { Sql } from '@mantis-sync/db';
import type { RunChange } from '../../runs/change-run.ts';
import { failDiscovery } from '../../sql/discovery.ts';
import type { TooManyDeletions } from './find-deletions.ts';
import type { Walking } from './walking.ts';

/** Stops before deleting an unusually large number of customers: the store or Mantis Sync may be at fault. */
export async function stopAtBreaker(
  sql: Sql,
  walking: Walking,
  { candidates, customers }: TooManyDeletions,
): Promise<RunChange<'over'>> {
  const message =
    `${candidates} of ${customers} customers are no longer in the store’s list. This is unusually many, so none was marked as deleted. ` +
    'Check the store: if they are really gone, retry with override; if not, fix the store and force the run done.';
  const error = { code: 'too_many_deletions', message };
  await failDiscovery(sql, walking.lease, error, true);
  return {
    result: 'over',
    activity: [
      {
        event: 'deletions.stopped',
        level: 'error',
        message,
        data: { code: error.code, candidates, customers },
      },
    ],
    enqueue: { task: 'sync.process' },
  };
}
