import type { Sql } from '@mantis-sync/db';
import type { SealedSecret } from '../credentials/keyring.ts';

/** A store and whose it is. */
export interface StoreName {
  orgId: string;
  storeId: string;
}

/**
 * Stores behind `after`, in the order of their ids: as mantis_system those of all organisations, else those
 * of the one of the transaction.
 */
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

export interface SealedPair {
  consumerKey: SealedSecret;
  consumerSecret: SealedSecret;
}

/** @returns false where somebody gave the store other keys meanwhile: nothing is changed then */
export async function resealStoreKeys(
  sql: Sql,
  storeId: string,
  before: SealedPair,
  after: SealedPair,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_store
        set consumer_key_cipher = $5, consumer_secret_cipher = $6, cipher_key_id = $7
      where id = $1 and consumer_key_cipher = $2 and consumer_secret_cipher = $3
        and cipher_key_id = $4`,
    [
      storeId,
      before.consumerKey.cipher,
      before.consumerSecret.cipher,
      before.consumerKey.keyId,
      after.consumerKey.cipher,
      after.consumerSecret.cipher,
      after.consumerKey.keyId,
    ],
  );
  return rowCount === 1;
}

/** @returns false where somebody changed the endpoint's secret meanwhile: nothing is changed then */
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
