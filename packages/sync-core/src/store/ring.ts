import type { Sql } from '@mantis-sync/db';

export type Bell = 'sync.discover' | 'sync.process';

/**
 * Enqueues the next piece of work of a run, in this transaction.
 *
 * @param delayMs milliseconds from now by the schedule's clock; null means at once
 */
export async function ring(
  sql: Sql,
  bell: Bell,
  queueId: string,
  delayMs: number | null = null,
): Promise<void> {
  await sql.query({
    name: 'ring',
    text: `select mantis.ring($1, $2, mantis.now() + make_interval(secs => $3::float8 / 1000))`,
    values: [bell, queueId, delayMs],
  });
}

/**
 * Enqueues a piece of work on a store, in this transaction.
 *
 * @param delayMs milliseconds from now by the schedule's clock; null means at once
 */
export async function ringStore(
  sql: Sql,
  bell: 'store.webhooks' | 'store.diagnose',
  storeId: string,
  delayMs: number | null = null,
): Promise<void> {
  await sql.query(
    'select mantis.ring_store($1, $2, mantis.now() + make_interval(secs => $3::float8 / 1000))',
    [bell, storeId, delayMs],
  );
}

/**
 * Enqueues the processing of a run for when its earliest waiting line is due, which may be by now;
 * nothing where none waits.
 *
 * @param laterAlone passes over what is due by now: whoever has a batch in hand comes back for it
 */
export async function ringWhenDue(sql: Sql, queueId: string, laterAlone = false): Promise<void> {
  await sql.query({
    name: 'ring-when-due',
    text: `select mantis.ring('sync.process', $1, next_attempt_at)
             from woo_customer_sync_queue_line
            where queue_id = $1 and state = 'draft' and (not $2 or next_attempt_at > mantis.now())
            order by next_attempt_at, position
            limit 1`,
    values: [queueId, laterAlone],
  });
}
