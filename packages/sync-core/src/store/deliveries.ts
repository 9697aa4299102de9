import type { Sql } from '@mantis-sync/db';

export interface NewDelivery {
  orgId: string;
  storeId: string;
  deliveryId: string;
  topic: string;
  /** sha256 of the raw body. */
  bodyHash: Buffer;
  wooCustomerId: number | null;
}

/** @returns false for a delivery that came before */
export async function insertDelivery(sql: Sql, delivery: NewDelivery): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'insert-delivery',
    text: `insert into woo_webhook_delivery
             (org_id, store_id, delivery_id, topic, body_hash, woo_customer_id, state)
           values ($1, $2, $3, $4, $5, $6::bigint, case when $6::bigint is null then 'ignored' else 'pending' end)
           on conflict do nothing`,
    values: [
      delivery.orgId,
      delivery.storeId,
      delivery.deliveryId,
      delivery.topic,
      delivery.bodyHash,
      delivery.wooCustomerId,
    ],
  });
  return rowCount > 0;
}

/**
 * Takes pending deliveries into a run: those of customers that it has no line of, or one that has not
 * been read yet. The others wait for the next run, so that what changed since is read.
 *
 * @returns their customers, each once, that need a line
 */
export async function takeDeliveries(
  sql: Sql,
  storeId: string,
  queueId: string,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql.query<{ woo_customer_id: number; has_line: boolean }>(
    `with wanted as (
       select delivery.id, line.position is not null as has_line
         from woo_webhook_delivery delivery
         left join woo_customer_sync_queue_line line
           on line.queue_id = $2 and line.woo_customer_id = delivery.woo_customer_id
        where delivery.store_id = $1 and delivery.state = 'pending'
          and (line.position is null or (line.state = 'draft' and line.attempts = 0))
        order by delivery.id
        limit $3
          for update of delivery skip locked)
     update woo_webhook_delivery delivery
        set state = 'applied', queue_id = $2
       from wanted
      where delivery.id = wanted.id
      returning delivery.woo_customer_id, wanted.has_line`,
    [storeId, queueId, limit],
  );
  const fresh = rows.filter((row) => !row.has_line).map((row) => row.woo_customer_id);
  return [...new Set(fresh)].toSorted((a, b) => a - b);
}

export async function hasPendingDeliveries(sql: Sql, storeId: string): Promise<boolean> {
  const { rows } = await sql.query<{ pending: boolean }>(
    `select exists (select from woo_webhook_delivery
                     where store_id = $1 and state = 'pending') as pending`,
    [storeId],
  );
  return rows[0]?.pending === true;
}

/** Stores, of all organisations, whose pending deliveries no active run will take. */
export async function findForgottenDeliveries(
  sql: Sql,
): Promise<{ orgId: string; storeId: string }[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select store.org_id, store.id
       from woo_store store
      where store.state = 'active'
        and exists (select from woo_webhook_delivery delivery
                     where delivery.store_id = store.id and delivery.state = 'pending'
                       and delivery.received_at < mantis.now() - interval '3 seconds')
        and not exists (select from woo_customer_sync_queue queue
                         where queue.store_id = store.id and queue.kind = 'webhook'
                           and queue.state in ('draft', 'processing'))
      limit 200`,
  );
  return rows.map((row) => ({ orgId: row.org_id, storeId: row.id }));
}

export type RefusalReason = 'no_signature' | 'bad_signature' | 'too_large' | 'too_many';

/** Adds to the hour's count of refused deliveries. */
export async function countRefusals(
  sql: Sql,
  orgId: string,
  storeId: string,
  counts: ReadonlyMap<RefusalReason, number>,
): Promise<void> {
  for (const [reason, count] of counts) {
    await sql.query(
      `insert into woo_webhook_refusal as known (org_id, store_id, hour, reason, count)
       values ($1, $2, date_trunc('hour', mantis.now()), $3, $4)
       on conflict (store_id, hour, reason) do update set count = known.count + excluded.count`,
      [orgId, storeId, reason, count],
    );
  }
}

/** Refused deliveries of the last 24 hours, by reason. */
export async function readRefusals(sql: Sql, storeId: string): Promise<Record<string, number>> {
  const { rows } = await sql.query<{ reason: string; count: number }>(
    `select reason, sum(count)::bigint as count from woo_webhook_refusal
      where store_id = $1 and hour > mantis.now() - interval '24 hours' group by reason`,
    [storeId],
  );
  return Object.fromEntries(rows.map((row) => [row.reason, row.count]));
}
