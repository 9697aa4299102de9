import type { Sql } from '@mantis-sync/db';
import { QUEUE_COLUMNS, type QueueRow, type RawQueueRow, toQueueRow } from './queue-row.ts';

export interface DiscoveryLease {
  queueId: string;
  workerId: string;
  /** Fences every write of the walk: a worker that lost its lease changes nothing. */
  token: string;
  leaseMs: number;
}

/**
 * Takes the walk of a run, if it is free: no living lease, nothing to wait for, store not paused.
 *
 * @returns the run, or null where there is nothing to take
 */
export async function takeDiscovery(sql: Sql, lease: DiscoveryLease): Promise<QueueRow | null> {
  const { rows } = await sql.query<RawQueueRow>(
    `update woo_customer_sync_queue queue
        set discovery_state = 'walking',
            discovery_token = $2, discovery_worker_id = $3,
            discovery_lease_until = clock_timestamp() + make_interval(secs => $4::float8 / 1000),
            wait_code = null, wait_reason = null, wait_until = null
       from woo_store store
      where queue.id = $1
        and store.org_id = queue.org_id and store.id = queue.store_id and store.state = 'active'
        and queue.discovery_state in ('pending', 'walking')
        and (queue.discovery_token is null or queue.discovery_lease_until < clock_timestamp())
        and (queue.wait_until is null or queue.wait_until <= mantis.now())
      returning ${QUEUE_COLUMNS}`,
    [lease.queueId, lease.token, lease.workerId, lease.leaseMs],
  );
  return rows[0] ? toQueueRow(rows[0]) : null;
}
