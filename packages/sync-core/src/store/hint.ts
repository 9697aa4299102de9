import type { Sql } from '@mantis-sync/db';
import type { Bell } from './ring.ts';

/** The channel on which changes of runs are announced, by `hint`. */
export const HINT_CHANNEL = 'mantis_sync';

/** Announces that a run changed; the last statement of a transaction that changed one. */
export async function hint(sql: Sql, queueId: string): Promise<void> {
  await sql.query({ name: 'hint', text: 'select mantis.hint($1)', values: [queueId] });
}

/** `ring` at once and `hint` in one round trip. */
export async function ringAndHint(sql: Sql, bell: Bell, queueId: string): Promise<void> {
  await sql.query({
    name: 'ring-and-hint',
    text: 'select mantis.ring($1, $2), mantis.hint($2)',
    values: [bell, queueId],
  });
}
