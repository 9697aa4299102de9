import type { Sql } from '@mantis-sync/db';
import type { SealedSecret } from '../credentials/keyring.ts';
import type { RunSettingsOverrides } from '../run-settings.ts';
import type { StoreConnection } from '../woo/connect-store.ts';

export interface SealedKeys {
  consumerKey: SealedSecret;
  consumerSecret: SealedSecret;
  /** The key's last characters, by which a person tells it from others. */
  hint: string;
}

export interface NewStore {
  id: string;
  orgId: string;
  name: string;
  connection: StoreConnection;
  keys: SealedKeys;
  settings: RunSettingsOverrides;
}

/** @returns false where the organisation has a store at this address already */
export async function insertStore(sql: Sql, store: NewStore): Promise<boolean> {
  const { connection, keys } = store;
  const { rowCount } = await sql.query(
    `insert into woo_store (id, org_id, name, url, auth_mode, route_style, woo_version, settings,
                            consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint, last_ok_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, mantis.now())
     on conflict (org_id, url) do nothing`,
    [
      store.id,
      store.orgId,
      store.name,
      connection.baseUrl,
      connection.authMode,
      connection.routeStyle,
      connection.wooVersion ?? null,
      JSON.stringify(store.settings),
      keys.consumerKey.cipher,
      keys.consumerSecret.cipher,
      keys.consumerKey.keyId,
      keys.hint,
    ],
  );
  return rowCount === 1;
}

/** Changes what is given, leaves the rest. The address of a store never changes. */
export async function updateStore(
  sql: Sql,
  storeId: string,
  change: { name: string | null; settings: RunSettingsOverrides | null },
): Promise<void> {
  await sql.query(
    `update woo_store
        set name = coalesce($2, name), settings = coalesce($3::jsonb, settings), updated_at = mantis.now()
      where id = $1`,
    [storeId, change.name, change.settings === null ? null : JSON.stringify(change.settings)],
  );
}

/** Gives a store new keys, and the way of talking to it that was found with them. */
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
    ],
  );
}

/** Removes a store with its runs, activity and customers. */
export async function deleteStore(sql: Sql, storeId: string): Promise<void> {
  await sql.query('delete from woo_store where id = $1', [storeId]);
}

/** Customers that each of the stores has now, deleted ones left out. */
export async function countCustomers(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ store_id: string; customers: number }>(
    `select store_id, count(*)::int as customers from customer
      where deleted_at is null and ($1::uuid is null or store_id = $1) group by store_id`,
    [storeId],
  );
  return new Map(rows.map((row) => [row.store_id, row.customers]));
}
