import type { Sql } from '@mantis-sync/db';

/**
 * Customers whose line failed in a run of webhooks that ended since the last refresh began, and those of
 * deliveries that have been pending for a while.
 */
export async function findLeftovers(sql: Sql, storeId: string, limit: number): Promise<number[]> {
  const { rows } = await sql.query<{ woo_customer_id: number }>(
    `select line.woo_customer_id
       from woo_customer_sync_queue queue
       join woo_customer_sync_queue_line line on line.queue_id = queue.id and line.state = 'failed'
      where queue.store_id = $1 and queue.kind = 'webhook' and line.woo_customer_id is not null
        and queue.finished_at >= coalesce(
              (select refreshed_at from store_freshness where store_id = $1), '-infinity')
      union
     select woo_customer_id from woo_webhook_delivery
      where store_id = $1 and state = 'pending' and woo_customer_id is not null
        and received_at < mantis.now() - interval '5 minutes'
      limit $2`,
    [storeId, limit],
  );
  return rows.map((row) => row.woo_customer_id);
}
