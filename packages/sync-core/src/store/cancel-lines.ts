import type { Sql } from '@mantis-sync/db';

/**
 * Cancels all that is not done: open and failed lines, and a discovery that is not complete. The run is
 * then done. The caller holds the run's lock.
 *
 * @returns lines cancelled
 */
export async function cancelLines(sql: Sql, queueId: string): Promise<number> {
  const { rowCount } = await sql.query(
    `update woo_customer_sync_queue_line
        set state = 'cancelled', payload = null, lease_token = null, lease_until = null, worker_id = null,
            processed_at = mantis.now()
      where queue_id = $1 and state in ('draft', 'processing', 'failed')`,
    [queueId],
  );
  await sql.query(
    `update woo_customer_sync_queue
        set discovery_state = case when discovery_state = 'complete' then 'complete' else 'cancelled' end,
            discovery_error_code = null, discovery_error = null,
            discovery_token = null, discovery_worker_id = null, discovery_lease_until = null,
            is_action_required = false, action_code = null, action_reason = null
      where id = $1`,
    [queueId],
  );
  return rowCount;
}
