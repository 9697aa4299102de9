import type { Sql } from '@mantis-sync/db';
import type { FailureKey } from '../domain/run-detail.ts';

/** Failed lines of a run with this reason. */
export async function countFailed(
  sql: Sql,
  queueId: string,
  { code, message }: FailureKey,
): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::int as count from woo_customer_sync_queue_line
      where queue_id = $1 and state = 'failed' and error_code = $2 and error_message = $3`,
    [queueId, code, message],
  );
  return rows[0]?.count ?? 0;
}
