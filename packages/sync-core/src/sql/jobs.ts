import type { Sql } from '@mantis-sync/db';
import { LINE } from './states.ts';

export type RunTask = 'sync.discover' | 'sync.process';

/**
 * Enqueues the next piece of work of a run, in this transaction.
 *
 * @param delayMs milliseconds from now by the schedule's clock; null means at once
 */
export async function enqueueJob(
  sql: Sql,
  task: RunTask,
  runId: string,
  delayMs: number | null = null,
): Promise<void> {
  await sql.query({
    name: 'ring',
    text: `select mantis.enqueue_job($1, $2, mantis.now() + make_interval(secs => $3::float8 / 1000))`,
    values: [task, runId, delayMs],
  });
}

/**
 * Enqueues a piece of work on a store, in this transaction.
 *
 * @param delayMs milliseconds from now by the schedule's clock; null means at once
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

/**
 * Enqueues the processing of a run for when its earliest waiting line is due, which may be by now;
 * nothing where none waits.
 *
 * @param onlyLater passes over what is due by now: whoever has a batch in hand comes back for it
 */
export async function enqueueWhenDue(sql: Sql, runId: string, onlyLater = false): Promise<void> {
  await sql.query({
    name: 'ring-when-due',
    text: `select mantis.enqueue_job('sync.process', $1, next_attempt_at)
             from woo_customer_sync_queue_line
            where queue_id = $1 and state ${LINE.claimed.from} and (not $2 or next_attempt_at > mantis.now())
            order by next_attempt_at, position
            limit 1`,
    values: [runId, onlyLater],
  });
}

/** The channel on which changes of runs are announced, by `hint`. */
export const RUN_CHANGED_CHANNEL = 'mantis_sync';

/** Announces that a run changed; the last statement of a transaction that changed one. */
export async function notifyRunChanged(sql: Sql, runId: string): Promise<void> {
  await sql.query({ name: 'hint', text: 'select mantis.notify_run_changed($1)', values: [runId] });
}

/** `ring` at once and `hint` in one round trip. */
export async function enqueueAndNotify(sql: Sql, task: RunTask, runId: string): Promise<void> {
  await sql.query({
    name: 'ring-and-hint',
    text: 'select mantis.enqueue_job($1, $2), mantis.notify_run_changed($2)',
    values: [task, runId],
  });
}
