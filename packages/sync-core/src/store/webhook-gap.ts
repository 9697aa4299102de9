import type { Sql } from '@mantis-sync/db';

/** Deliveries may be lost from now on, until a run that began later has asked for all that is new. */
export async function openGap(sql: Sql, storeId: string, since: Date): Promise<void> {
  await sql.query(
    'update woo_webhook_endpoint set gap_since = coalesce(gap_since, $2) where store_id = $1',
    [storeId, since],
  );
}

/** A run that began at `startedAt` has asked for all that is new. */
export async function closeGap(sql: Sql, storeId: string, startedAt: Date): Promise<void> {
  await sql.query(
    `update woo_webhook_endpoint set gap_since = null
      where store_id = $1 and gap_since <= $2 and state = 'active'`,
    [storeId, startedAt],
  );
}
