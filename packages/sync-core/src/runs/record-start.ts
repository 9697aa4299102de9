import type { Sql } from '@mantis-sync/db';
import { type ActivityEntry, appendActivity } from '../sql/activity.ts';
import { enqueueJob, notifyRunChanged } from '../sql/jobs.ts';

/** Announces a run that this transaction inserted, and enqueues its discovery after `delayMs` milliseconds. */
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
