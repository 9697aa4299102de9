import type { Sql } from '@mantis-sync/db';
import type { SealedSecret } from '../platform/sealed-secret.ts';
import { column, type Row, selectList, toRow } from './columns.ts';
import type { WebhookState } from './freshness.ts';

const ENDPOINT = {
  secret: {
    cipher: column<Buffer>('secret_cipher'),
    keyId: column<string>('cipher_key_id'),
  },
  isWanted: column<boolean>(),
  state: column<WebhookState>(),
  reason: column<string | null>(),
  gapSince: column<Date | null>(),
  checkedAt: column<Date | null>(),
  lastDeliveryAt: column<Date | null>(),
};

export type Endpoint = Row<typeof ENDPOINT>;

/** @returns null if the store has no endpoint yet, or belongs to another organisation */
export async function findEndpoint(sql: Sql, storeId: string): Promise<Endpoint | null> {
  const { rows } = await sql.query(
    `select ${selectList(ENDPOINT, 'endpoint')} from woo_webhook_endpoint endpoint where store_id = $1`,
    [storeId],
  );
  return rows[0] ? toRow(ENDPOINT, rows[0]) : null;
}

/** The organisation of a store with an endpoint. As mantis_system: a delivery names no organisation. */
export async function findEndpointOwner(sql: Sql, storeId: string): Promise<string | null> {
  const { rows } = await sql.query<{ org_id: string }>(
    'select org_id from woo_webhook_endpoint where store_id = $1',
    [storeId],
  );
  return rows[0]?.org_id ?? null;
}

/** Creates a store's endpoint, unless it has one. */
export async function insertEndpoint(
  sql: Sql,
  orgId: string,
  storeId: string,
  secret: SealedSecret,
): Promise<void> {
  await sql.query(
    `insert into woo_webhook_endpoint (org_id, store_id, secret_cipher, cipher_key_id)
     values ($1, $2, $3, $4) on conflict do nothing`,
    [orgId, storeId, secret.cipher, secret.keyId],
  );
}

/** Claims the check of a store's webhooks for at most a minute; false if another worker has it. */
export async function takeCheck(sql: Sql, storeId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_webhook_endpoint set checking_until = clock_timestamp() + interval '1 minute'
      where store_id = $1 and (checking_until is null or checking_until < clock_timestamp())`,
    [storeId],
  );
  return rowCount > 0;
}

/** Releases the check. */
export async function releaseCheck(sql: Sql, storeId: string): Promise<void> {
  await sql.query('update woo_webhook_endpoint set checking_until = null where store_id = $1', [
    storeId,
  ]);
}

/** The result of a check of the store's webhooks. */
export async function recordWebhookCheck(
  sql: Sql,
  storeId: string,
  { state, reason }: { state: WebhookState; reason: string | null },
): Promise<void> {
  await sql.query(
    `update woo_webhook_endpoint
        set state = $2, reason = $3, checked_at = mantis.now(), updated_at = mantis.now()
      where store_id = $1`,
    [storeId, state, reason],
  );
}

export async function setWanted(sql: Sql, storeId: string, isWanted: boolean): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_webhook_endpoint
        set is_wanted = $2, state = case when $2 then 'pending' else 'off' end,
            reason = case when $2 then null else 'Disabled.' end, updated_at = mantis.now()
      where store_id = $1 and is_wanted <> $2`,
    [storeId, isWanted],
  );
  return rowCount > 0;
}

/** Records that a delivery arrived; at most every few seconds, since all deliveries update one row. */
export async function recordDelivery(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_webhook_endpoint set last_delivery_at = mantis.now()
      where store_id = $1
        and (last_delivery_at is null or last_delivery_at < mantis.now() - interval '5 seconds')`,
    [storeId],
  );
}

export interface KnownWebhook {
  topic: string;
  wooWebhookId: number;
  status: string;
}

export async function listWebhooks(sql: Sql, storeId: string): Promise<KnownWebhook[]> {
  const { rows } = await sql.query<{ topic: string; woo_webhook_id: number; status: string }>(
    'select topic, woo_webhook_id, status from woo_webhook where store_id = $1 order by topic',
    [storeId],
  );
  return rows.map((row) => ({
    topic: row.topic,
    wooWebhookId: row.woo_webhook_id,
    status: row.status,
  }));
}

/** Replaces the known webhooks of a store. */
export async function replaceWebhooks(
  sql: Sql,
  orgId: string,
  storeId: string,
  webhooks: readonly KnownWebhook[],
): Promise<void> {
  await sql.query('delete from woo_webhook where store_id = $1', [storeId]);
  for (const { topic, wooWebhookId, status } of webhooks) {
    await sql.query(
      `insert into woo_webhook (org_id, store_id, topic, woo_webhook_id, status)
       values ($1, $2, $3, $4, $5)`,
      [orgId, storeId, topic, wooWebhookId, status],
    );
  }
}

/** Active stores of all organisations whose webhooks were not checked recently. */
export async function findUncheckedStores(
  sql: Sql,
  olderThanMs: number,
): Promise<{ orgId: string; storeId: string }[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select store.org_id, store.id
       from woo_store store
       left join woo_webhook_endpoint endpoint on endpoint.store_id = store.id
      where store.state = 'active'
        and (endpoint.checked_at is null
          or endpoint.checked_at < mantis.now() - make_interval(secs => $1::float8 / 1000))
      limit 500`,
    [olderThanMs],
  );
  return rows.map((row) => ({ orgId: row.org_id, storeId: row.id }));
}

/** Opens, or extends, the gap: deliveries from `since` until now may have been lost. */
export async function openGap(sql: Sql, storeId: string, since: Date): Promise<void> {
  await sql.query(
    `update woo_webhook_endpoint
        set gap_since = coalesce(gap_since, $2), gap_until = mantis.now()
      where store_id = $1`,
    [storeId, since],
  );
}

/** Closes the gap of a store once every customer was compared after deliveries resumed. */
export async function closeVerifiedGap(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_webhook_endpoint endpoint set gap_since = null, gap_until = null
       from store_freshness freshness
      where endpoint.store_id = $1 and freshness.store_id = $1
        and endpoint.gap_since is not null
        and freshness.verified_since >= coalesce(endpoint.gap_until, mantis.now())`,
    [storeId],
  );
}

/** Whether a gap is open that no walk has tried to close yet: one that failed for some is not repeated immediately. */
export async function hasUncoveredGap(sql: Sql, storeId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from woo_webhook_endpoint endpoint
      where store_id = $1 and gap_since is not null
        and not exists (
          select from woo_customer_sync_queue run
           where run.store_id = $1 and run.kind in ('full', 'reconcile') and run.state = 'partial'
             and run.created_at >= coalesce(endpoint.gap_until, endpoint.gap_since))`,
    [storeId],
  );
  return rowCount > 0;
}

/** Whether deliveries were lost after `moment`, and the gap is still open. */
export async function hasGapAfter(sql: Sql, storeId: string, moment: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    'select from woo_webhook_endpoint where store_id = $1 and gap_since is not null and gap_until > $2',
    [storeId, moment],
  );
  return rowCount > 0;
}

export async function hasOpenGap(sql: Sql, storeId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    'select from woo_webhook_endpoint where store_id = $1 and gap_since is not null',
    [storeId],
  );
  return rowCount > 0;
}
