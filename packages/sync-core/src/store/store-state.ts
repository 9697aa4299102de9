import type { Sql } from '@mantis-sync/db';
import { ringStore } from './ring.ts';

/**
 * Pauses a store, once: all that would ask it stands still until a person resumes it.
 *
 * @returns false where it was paused already
 */
export async function pauseStore(
  sql: Sql,
  storeId: string,
  pause: { code: string; reason: string },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_store
        set state = 'paused', pause_code = $2, pause_reason = $3, paused_at = mantis.now(),
            last_error_code = $2, last_error_at = mantis.now(), updated_at = mantis.now()
      where id = $1 and state = 'active'`,
    [storeId, pause.code, pause.reason],
  );
  return rowCount === 1;
}

/**
 * Pauses a store that refuses us, once, and has its connection examined: the refusal alone seldom says
 * what to do.
 */
export async function pauseRefusingStore(
  sql: Sql,
  storeId: string,
  refusal: { code: string; reason: string },
): Promise<void> {
  if (await pauseStore(sql, storeId, refusal)) await ringStore(sql, 'store.diagnose', storeId);
}

/** @returns false where it was active already */
export async function resumeStore(sql: Sql, storeId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_store
        set state = 'active', pause_code = null, pause_reason = null, paused_at = null,
            updated_at = mantis.now()
      where id = $1 and state = 'paused'`,
    [storeId],
  );
  return rowCount === 1;
}

/** Notes that a store answered as it should. */
export async function noteStoreOk(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_store set last_ok_at = mantis.now(), last_error_code = null, last_error_at = null
      where id = $1`,
    [storeId],
  );
}

/** Notes that a store did not. */
export async function noteStoreError(sql: Sql, storeId: string, code: string): Promise<void> {
  await sql.query(
    'update woo_store set last_error_code = $2, last_error_at = mantis.now() where id = $1',
    [storeId, code],
  );
}
