import type { Sql } from '@mantis-sync/db';
import type { StoreDiagnosis } from '../doctor/store-diagnosis.ts';

/** Keeps what was found out about a store; the last diagnosis alone. */
export async function writeDiagnosis(
  sql: Sql,
  storeId: string,
  { at: _at, ...diagnosis }: StoreDiagnosis,
): Promise<void> {
  await sql.query(
    'update woo_store set diagnosis = $2, diagnosed_at = mantis.now() where id = $1',
    [storeId, JSON.stringify(diagnosis)],
  );
}
