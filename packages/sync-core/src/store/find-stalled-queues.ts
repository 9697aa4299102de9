import type { Sql } from '@mantis-sync/db';

export interface StalledQueue {
  orgId: string;
  queueId: string;
}

/** Lets one sweep run at a time, for the length of this transaction. */
export async function tryLockSweep(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ locked: boolean }>(
    "select pg_try_advisory_xact_lock(hashtext('mantis sweep')) as locked",
  );
  return rows[0]?.locked === true;
}

/**
 * Active runs, of all organisations, that need a push: a lease is held by a worker that is gone or has
 * run out, or nothing has moved for a while although there is work that is due. Runs that are stuck are rung
 * for more rarely (`findIdleQueues`).
 */
export async function findStalledQueues(
  sql: Sql,
  { idleMs, limit }: { idleMs: number; limit: number },
): Promise<StalledQueue[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select queue.org_id, queue.id
       from woo_customer_sync_queue queue
       join woo_store store on store.id = queue.store_id and store.state = 'active'
      where queue.state in ('draft', 'processing')
        and (
          (queue.discovery_token is not null
            and (queue.discovery_lease_until < clock_timestamp()
              or not exists (select from sync_worker where id = queue.discovery_worker_id)))
          or (queue.processing_count > 0 and exists (
            select from woo_customer_sync_queue_line line
             where line.queue_id = queue.id and line.state = 'processing'
               and (line.lease_until < clock_timestamp()
                 or not exists (select from sync_worker where id = line.worker_id))))
          or (queue.action_code is distinct from 'stuck'
            and queue.updated_at < mantis.now() - make_interval(secs => $1::float8 / 1000)
            and (queue.wait_until is null or queue.wait_until <= mantis.now())
            and (queue.discovery_state in ('pending', 'walking')
              or (queue.draft_count > 0 and exists (
                select from woo_customer_sync_queue_line line
                 where line.queue_id = queue.id and line.state = 'draft'
                   and line.next_attempt_at <= mantis.now()))))
        )
      order by queue.updated_at
      limit $2`,
    [idleMs, limit],
  );
  return rows.map((row) => ({ orgId: row.org_id, queueId: row.id }));
}
