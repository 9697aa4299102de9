import type { Sql } from '@mantis-sync/db';
import { isDiscoveryOpen } from '../domain/state-machine.ts';
import { SyncError } from '../domain/sync-error.ts';
import { type ActivityEntry, appendActivity } from '../sql/activity.ts';
import { enqueueJob, enqueueWhenDue, notifyRunChanged, type RunTask } from '../sql/jobs.ts';
import { lockRun, type RunRow } from '../sql/run-row.ts';
import { recordEnd } from './record-end.ts';

/** What a transaction adds to a run besides its own statements. */
export interface RunChange<T> {
  result: T;
  activity?: readonly ActivityEntry[];
  /**
   * The next job: one task, now or after `delayMs` milliseconds; `needed`: discovery and processing, if the
   * run has work for them; `when-due`: processing, when the next line is due.
   */
  enqueue?: { task: RunTask; delayMs?: number } | 'needed' | 'when-due';
  /** False if subscribers would see no difference. */
  notify?: boolean;
}

type Change<T> = (run: RunRow) => Promise<RunChange<T>>;

/**
 * Changes a run in this transaction, always in the same order: lock the row, apply `change`, append activity,
 * record the end if this transaction ended the run, enqueue the next job, notify subscribers. Two paths do
 * this by hand: a page and a batch, which write customers before they lock the run.
 *
 * @param change receives the locked run, as it was before
 * @throws SyncError `run_not_found`
 */
export async function changeRun<T>(sql: Sql, runId: string, change: Change<T>): Promise<T> {
  const run = await lockRun(sql, runId);
  if (!run) throw new SyncError('run_not_found', 'This run does not exist.');
  return apply(sql, run, change);
}

/** Like `changeRun`, for work that may outlive its run. @returns undefined if the run is gone */
export async function changeRunIfPresent<T>(
  sql: Sql,
  runId: string,
  change: Change<T>,
): Promise<T | undefined> {
  const run = await lockRun(sql, runId);
  return run ? apply(sql, run, change) : undefined;
}

/**
 * Like `changeRun`, for a worker that holds the lease of the run's discovery; `change` fences its writes with it.
 *
 * @throws SyncError `lease_lost` where the run is gone
 */
export async function changeLeasedRun<T>(
  sql: Sql,
  lease: { runId: string },
  change: Change<T>,
): Promise<T> {
  const run = await lockRun(sql, lease.runId);
  if (!run) throw new SyncError('lease_lost', 'The run is gone.');
  return apply(sql, run, change);
}

/** Enqueues the jobs that a run has work for; there is at most one of each kind. */
export async function enqueueNeeded(sql: Sql, run: RunRow): Promise<void> {
  if (isDiscoveryOpen(run.discoveryState)) await enqueueJob(sql, 'sync.discover', run.id);
  if (run.counts.draft > 0) await enqueueJob(sql, 'sync.process', run.id);
}

async function apply<T>(sql: Sql, run: RunRow, change: Change<T>): Promise<T> {
  const { result, activity = [], enqueue, notify = true } = await change(run);
  await appendActivity(sql, run.id, activity);
  const after = await recordEnd(sql, run.id, run.state);
  if (enqueue === 'when-due') await enqueueWhenDue(sql, run.id);
  else if (enqueue === 'needed') await enqueueNeeded(sql, after);
  else if (enqueue) await enqueueJob(sql, enqueue.task, run.id, enqueue.delayMs);
  if (notify) await notifyRunChanged(sql, run.id);
  return result;
}
