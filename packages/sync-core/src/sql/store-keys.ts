import type { Sql } from '@mantis-sync/db';
import type { StoreConnection } from '../domain/store-connection.ts';
import type { SealedSecret } from '../platform/sealed-secret.ts';

/** The secrets of a store, encrypted with one key. */
export interface SealedSecrets {
  consumerKey: SealedSecret;
  consumerSecret: SealedSecret;
  webLogin: SealedSecret | null;
}

export interface SealedKeys extends SealedSecrets {
  /** The key's last characters, which identify it for operators. */
  hint: string;
}

/** Replaces a store's keys, and the connection details found with them. */
export async function replaceKeys(
  sql: Sql,
  storeId: string,
  keys: SealedKeys,
  connection: StoreConnection,
): Promise<void> {
  await sql.query(
    `update woo_store
        set consumer_key_cipher = $2, consumer_secret_cipher = $3, cipher_key_id = $4, key_hint = $5,
            auth_mode = $6, route_style = $7, woo_version = coalesce($8, woo_version),
            url = $12, rest_prefix = $9, home = coalesce($10, home), web_login_cipher = $11,
            last_ok_at = mantis.now(), updated_at = mantis.now()
      where id = $1`,
    [
      storeId,
      keys.consumerKey.cipher,
      keys.consumerSecret.cipher,
      keys.consumerKey.keyId,
      keys.hint,
      connection.authMode,
      connection.routeStyle,
      connection.wooVersion ?? null,
      connection.restPrefix,
      connection.home,
      keys.webLogin?.cipher ?? null,
      connection.baseUrl,
    ],
  );
}

/** A store and its organisation. */
export interface StoreName {
  orgId: string;
  storeId: string;
}

/** Stores after `after`, by id: of all organisations as mantis_system, else of the transaction's organisation. */
export async function listStoreNames(
  sql: Sql,
  after: string | null,
  limit: number,
): Promise<StoreName[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select org_id, id from woo_store where $1::uuid is null or id > $1 order by id limit $2`,
    [after, limit],
  );
  return rows.map((row) => ({ orgId: row.org_id, storeId: row.id }));
}

/** @returns false if the keys were changed meanwhile; nothing is changed then */
export async function resealStoreKeys(
  sql: Sql,
  storeId: string,
  before: SealedSecrets,
  after: SealedSecrets,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_store
        set consumer_key_cipher = $5, consumer_secret_cipher = $6, cipher_key_id = $7,
            web_login_cipher = $8
      where id = $1 and consumer_key_cipher = $2 and consumer_secret_cipher = $3
        and cipher_key_id = $4 and web_login_cipher is not distinct from $9`,
    [
      storeId,
      before.consumerKey.cipher,
      before.consumerSecret.cipher,
      before.consumerKey.keyId,
      after.consumerKey.cipher,
      after.consumerSecret.cipher,
      after.consumerKey.keyId,
      after.webLogin?.cipher ?? null,
      before.webLogin?.cipher ?? null,
    ],
  );
  return rowCount === 1;
}

/** @returns false if the endpoint's secret was changed meanwhile; nothing is changed then */
export async function resealWebhookSecret(
  sql: Sql,
  storeId: string,
  before: SealedSecret,
  after: SealedSecret,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_webhook_endpoint
        set secret_cipher = $4, cipher_key_id = $5
      where store_id = $1 and secret_cipher = $2 and cipher_key_id = $3`,
    [storeId, before.cipher, before.keyId, after.cipher, after.keyId],
  );
  return rowCount === 1;
}
