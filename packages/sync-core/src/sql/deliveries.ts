import type { Sql } from '@mantis-sync/db';
import type { LineOutcome, LineState } from '../domain/state-machine.ts';
import { IS_ACTIVE_RUN } from './states.ts';

export interface NewDelivery {
  orgId: string;
  storeId: string;
  deliveryId: string;
  topic: string;
  /** sha256 of the raw body. */
  bodyHash: Buffer;
  wooCustomerId: number | null;
}

/**
 * Saves a delivery, unless one of its customer is already pending. A body that was delivered before adds no
 * row: it becomes pending again if its customer changed since, or after an hour.
 *
 * @returns false for a delivery that changes nothing
 */
export async function insertDelivery(sql: Sql, delivery: NewDelivery): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'insert-delivery',
    text: `insert into woo_webhook_delivery as known
             (org_id, store_id, delivery_id, topic, body_hash, woo_customer_id, state)
           select $1, $2, $3, $4, $5, $6::bigint, case when $6::bigint is null then 'ignored' else 'pending' end
            where not exists (select from woo_webhook_delivery waiting
                               where waiting.store_id = $2 and waiting.woo_customer_id = $6::bigint
                                 and waiting.state = 'pending')
           on conflict (store_id, body_hash) do update
              set state = 'pending', received_at = mantis.now(), queue_id = null
            where known.state = 'applied'
              and (known.received_at < mantis.now() - interval '1 hour'
                   or exists (select from woo_webhook_delivery later
                               where later.store_id = known.store_id
                                 and later.woo_customer_id = known.woo_customer_id
                                 and later.received_at > known.received_at))`,
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
 * Moves pending deliveries into a run: those of customers without a line in it, or with a line that was not
 * read yet. The others wait for the next run, so that later changes are read.
 *
 * @returns the customers that need a line, each once
 */
export async function takeDeliveries(
  sql: Sql,
  storeId: string,
  runId: string,
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
    [storeId, runId, limit],
  );
  const fresh = rows.filter((row) => !row.has_line).map((row) => row.woo_customer_id);
  return [...new Set(fresh)].toSorted((a, b) => a - b);
}

/** Whether a delivery for this customer is pending. */
export async function hasPendingDeliveryOf(
  sql: Sql,
  storeId: string,
  wooId: number,
): Promise<boolean> {
  const { rows } = await sql.query<{ pending: boolean }>(
    `select exists (select from woo_webhook_delivery
                     where store_id = $1 and state = 'pending' and woo_customer_id = $2) as pending`,
    [storeId, wooId],
  );
  return rows[0]?.pending === true;
}

export async function hasPendingDeliveries(sql: Sql, storeId: string): Promise<boolean> {
  const { rows } = await sql.query<{ pending: boolean }>(
    `select exists (select from woo_webhook_delivery
                     where store_id = $1 and state = 'pending') as pending`,
    [storeId],
  );
  return rows[0]?.pending === true;
}

/** Stores of all organisations with pending deliveries that no active run will process. */
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
                           and queue.state ${IS_ACTIVE_RUN})
      limit 200`,
  );
  return rows.map((row) => ({ orgId: row.org_id, storeId: row.id }));
}

export type RefusalReason = 'no_signature' | 'bad_signature' | 'too_large' | 'too_many';

/** Adds to the hour's count of rejected deliveries. */
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

/** Rejected deliveries of the last 24 hours, by reason. */
export async function readRefusals(sql: Sql, storeId: string): Promise<Record<string, number>> {
  const { rows } = await sql.query<{ reason: string; count: number }>(
    `select reason, sum(count)::bigint as count from woo_webhook_refusal
      where store_id = $1 and hour > mantis.now() - interval '24 hours' group by reason`,
    [storeId],
  );
  return Object.fromEntries(rows.map((row) => [row.reason, row.count]));
}

/** Rejected deliveries of the last 24 hours, by hour and reason, the newest hour first. */
export async function listRefusals(
  sql: Sql,
  storeId: string,
): Promise<{ hour: Date; reason: RefusalReason; count: number }[]> {
  const { rows } = await sql.query<{ hour: Date; reason: RefusalReason; count: number }>(
    `select hour, reason, count from woo_webhook_refusal
      where store_id = $1 and hour > mantis.now() - interval '24 hours'
      order by hour desc, reason`,
    [storeId],
  );
  return rows;
}

/** A received delivery; its body is not stored. */
export interface ReceivedDelivery {
  id: number;
  receivedAt: Date;
  topic: string;
  wooCustomerId: number | null;
  state: 'pending' | 'applied' | 'ignored';
  /** The webhook run that took it; the run may have been removed since. */
  runId: string | null;
  /** Its customer in that run, and what became of them there. */
  line: { position: number; state: LineState; outcome: LineOutcome | null } | null;
  /** `receivedAt` to the microsecond. */
  receivedAtExact: string;
}

/** Deliveries of a store, the newest first, from before one. */
export async function listDeliveries(
  sql: Sql,
  storeId: string,
  { before, limit }: { before: { at: string; id: string } | null; limit: number },
): Promise<ReceivedDelivery[]> {
  const { rows } = await sql.query<ReceivedDelivery>(
    `select delivery.id, received_at as "receivedAt", topic, delivery.state,
            delivery.woo_customer_id as "wooCustomerId", delivery.queue_id as "runId",
            case when line.position is not null then jsonb_build_object(
              'position', line.position, 'state', line.state, 'outcome', line.outcome) end as line,
            to_char(received_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "receivedAtExact"
       from woo_webhook_delivery delivery
       left join woo_customer_sync_queue_line line
         on line.queue_id = delivery.queue_id and line.woo_customer_id = delivery.woo_customer_id
      where delivery.store_id = $1
        and ($2::timestamptz is null or (received_at, delivery.id) < ($2, $3::bigint))
      order by received_at desc, delivery.id desc
      limit $4`,
    [storeId, before?.at ?? null, before?.id ?? null, limit],
  );
  return rows;
}

/**
 * Customers whose line failed in a webhook run that ended since the last refresh began, and customers with
 * deliveries that have been pending for some time.
 */
export async function findPendingWebhookCustomers(
  sql: Sql,
  storeId: string,
  limit: number,
): Promise<number[]> {
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
