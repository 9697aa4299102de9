import type { Sql } from '@mantis-sync/db';
import type { StalledQueue } from './find-stalled-queues.ts';

/**
 * Active runs, of all organisations, that have something to do now and came no nearer to their end for
 * `quietMs`, nor were rung for in that time. Runs that wait, and runs of paused stores, are not among them.
 */
export async function findIdleQueues(
  sql: Sql,
  { quietMs, limit }: { quietMs: number; limit: number },
): Promise<StalledQueue[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select queue.org_id, queue.id
       from woo_customer_sync_queue queue
       join woo_store store on store.id = queue.store_id and store.state = 'active'
      where queue.state in ('draft', 'processing')
        and greatest(queue.progressed_at, queue.idle_rung_at)
            < mantis.now() - make_interval(secs => $1::float8 / 1000)
        and (queue.wait_until is null or queue.wait_until <= mantis.now())
        and (queue.discovery_state in ('pending', 'walking') or queue.processing_count > 0
          or exists (select from woo_customer_sync_queue_line line
                      where line.queue_id = queue.id and line.state = 'draft'
                        and line.next_attempt_at <= mantis.now() + interval '1 minute'))
      order by queue.progressed_at
      limit $2`,
    [quietMs, limit],
  );
  return rows.map((row) => ({ orgId: row.org_id, queueId: row.id }));
}

/**
 * Counts a ring for a run that stands still. The caller holds the run's lock.
 *
 * @returns rings since it last came nearer to its end, and milliseconds since then; null where it moved
 *   meanwhile
 */
export async function countIdleRing(
  sql: Sql,
  queueId: string,
  quietMs: number,
): Promise<{ rings: number; idleMs: number } | null> {
  const { rows } = await sql.query<{ rings: number; idle_ms: number }>(
    `update woo_customer_sync_queue
        set idle_rings = idle_rings + 1, idle_rung_at = mantis.now()
      where id = $1
        and greatest(progressed_at, idle_rung_at)
            < mantis.now() - make_interval(secs => $2::float8 / 1000)
      returning idle_rings as rings,
                (extract(epoch from mantis.now() - progressed_at) * 1000)::float8 as idle_ms`,
    [queueId, quietMs],
  );
  return rows[0] ? { rings: rows[0].rings, idleMs: rows[0].idle_ms } : null;
}
