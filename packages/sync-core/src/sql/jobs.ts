import type { Sql } from '@mantis-sync/db';
import { LINE } from './states.ts';

export type RunTask = 'sync.discover' | 'sync.process';

/**
 * Enqueues the next job of a run, in this transaction.
 *
 * @param delayMs milliseconds from now by the schedule's clock; null means immediately
 */
export async function enqueueJob(
  sql: Sql,
  task: RunTask,
  runId: string,
  delayMs: number | null = null,
): Promise<void> {
  await sql.query({
    name: 'enqueue-job',
    text: `select mantis.enqueue_job($1, $2, mantis.now() + make_interval(secs => $3::float8 / 1000))`,
    values: [task, runId, delayMs],
  });
}

/**
 * Enqueues a job on a store, in this transaction. A job that is already enqueued is not delayed further.
 *
 * @param delayMs milliseconds from now by the schedule's clock; null means immediately
 */
export async function enqueueStoreJob(
  sql: Sql,
  task: 'store.webhooks' | 'store.diagnose',
  storeId: string,
  delayMs: number | null = null,
): Promise<void> {
  await sql.query(
    'select mantis.enqueue_store_job($1, $2, mantis.now() + make_interval(secs => $3::float8 / 1000))',
    [task, storeId, delayMs],
  );
}

/** How long a burst of deliveries usually lasts, in milliseconds. */
const BURST_MS = 5_000;

/** Enqueues the check that starts a run for lost deliveries, for the time when a burst is usually over. */
export function enqueueGapCover(sql: Sql, storeId: string): Promise<void> {
  return enqueueStoreJob(sql, 'store.webhooks', storeId, BURST_MS);
}

/**
 * Enqueues processing for when the earliest waiting line is due, which may be now; does nothing if no line
 * waits.
 *
 * @param onlyLater ignores lines that are due now: the worker that is processing a batch claims them next
 */
export async function enqueueWhenDue(sql: Sql, runId: string, onlyLater = false): Promise<void> {
  await sql.query({
    name: 'enqueue-when-due',
    text: `select mantis.enqueue_job('sync.process', $1, next_attempt_at)
             from woo_customer_sync_queue_line
            where queue_id = $1 and state ${LINE.claimed.from} and (not $2 or next_attempt_at > mantis.now())
            order by next_attempt_at, position
            limit 1`,
    values: [runId, onlyLater],
  });
}

/** The channel of `notifyRunChanged`. */
export const RUN_CHANGED_CHANNEL = 'mantis_sync';

/** Notifies subscribers that a run changed; the last statement of a transaction. */
export async function notifyRunChanged(sql: Sql, runId: string): Promise<void> {
  await sql.query({
    name: 'notify-run-changed',
    text: 'select mantis.notify_run_changed($1)',
    values: [runId],
  });
}
