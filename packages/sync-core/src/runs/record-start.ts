import type { Sql } from '@mantis-sync/db';
import { type ActivityEntry, appendActivity } from '../sql/activity.ts';
import { enqueueJob, notifyRunChanged } from '../sql/jobs.ts';

/** Records the start of a run inserted in this transaction and enqueues its discovery after `delayMs` milliseconds. */
export async function recordStart(
  sql: Sql,
  runId: string,
  entry: Omit<ActivityEntry, 'event'>,
  delayMs: number | null = null,
): Promise<void> {
  await appendActivity(sql, runId, [{ event: 'run.started', ...entry }]);
  await enqueueJob(sql, 'sync.discover', runId, delayMs);
  await notifyRunChanged(sql, runId);
}
