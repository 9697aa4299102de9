import type { Sql } from '@mantis-sync/db';

/** The channel on which changes of runs are announced, by `hint`. */
export const HINT_CHANNEL = 'mantis_sync';

/** Announces that a run changed; the last statement of a transaction that changed one. */
export async function hint(sql: Sql, queueId: string): Promise<void> {
  await sql.query({ name: 'hint', text: 'select mantis.hint($1)', values: [queueId] });
}
