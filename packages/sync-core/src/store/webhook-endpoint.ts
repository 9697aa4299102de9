import type { Sql } from '@mantis-sync/db';
import type { SealedSecret } from '../credentials/keyring.ts';
import type { WebhookState } from './read-freshness-view.ts';

export interface Endpoint {
  secret: SealedSecret;
  isWanted: boolean;
  state: WebhookState;
  reason: string | null;
  gapSince: Date | null;
  checkedAt: Date | null;
  lastDeliveryAt: Date | null;
}

interface RawEndpoint {
  secret_cipher: Buffer;
  cipher_key_id: string;
  is_wanted: boolean;
  state: WebhookState;
  reason: string | null;
  gap_since: Date | null;
  checked_at: Date | null;
  last_delivery_at: Date | null;
}

/** @returns null where the store has no endpoint yet, or is not the organisation's */
export async function findEndpoint(sql: Sql, storeId: string): Promise<Endpoint | null> {
  const { rows } = await sql.query<RawEndpoint>(
    `select secret_cipher, cipher_key_id, is_wanted, state, reason, gap_since, checked_at,
            last_delivery_at
       from woo_webhook_endpoint where store_id = $1`,
    [storeId],
  );
  const raw = rows[0];
  return raw
    ? {
        secret: { keyId: raw.cipher_key_id, cipher: raw.secret_cipher },
        isWanted: raw.is_wanted,
        state: raw.state,
        reason: raw.reason,
        gapSince: raw.gap_since,
        checkedAt: raw.checked_at,
        lastDeliveryAt: raw.last_delivery_at,
      }
    : null;
}

/** The organisation of a store that has an endpoint. As mantis_system: a delivery names no organisation. */
export async function findEndpointOwner(sql: Sql, storeId: string): Promise<string | null> {
  const { rows } = await sql.query<{ org_id: string }>(
    'select org_id from woo_webhook_endpoint where store_id = $1',
    [storeId],
  );
  return rows[0]?.org_id ?? null;
}

/** Makes a store's endpoint, unless it has one. */
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

/** Takes the check of a store's webhooks, for a minute at most; false where somebody else has it. */
export async function takeCheck(sql: Sql, storeId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_webhook_endpoint set checking_until = clock_timestamp() + interval '1 minute'
      where store_id = $1 and (checking_until is null or checking_until < clock_timestamp())`,
    [storeId],
  );
  return rowCount > 0;
}

/** Gives it back. */
export async function releaseCheck(sql: Sql, storeId: string): Promise<void> {
  await sql.query('update woo_webhook_endpoint set checking_until = null where store_id = $1', [
    storeId,
  ]);
}

/** What a check of the store's webhooks found. */
export async function noteCheck(
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
            reason = case when $2 then null else 'Switched off.' end, updated_at = mantis.now()
      where store_id = $1 and is_wanted <> $2`,
    [storeId, isWanted],
  );
  return rowCount > 0;
}

/** Notes that a delivery came; no more often than every few seconds, since it is one row for all of them. */
export async function noteDelivery(sql: Sql, storeId: string): Promise<void> {
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

/** Replaces what is known of a store's webhooks. */
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

/** Active stores, of all organisations, whose webhooks were not looked at for a while. */
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
