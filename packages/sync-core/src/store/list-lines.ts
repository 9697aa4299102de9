import type { Sql } from '@mantis-sync/db';
import type { LineOutcome, LineState } from '../domain/line-state.ts';
import type { LineView } from '../domain/run-status.ts';

/** Lines of a run by position, from behind `after`. */
export async function listLines(
  sql: Sql,
  filter: { queueId: string; state: LineState | undefined; after: number; limit: number },
): Promise<LineView[]> {
  const { rows } = await sql.query<{
    position: number;
    woo_customer_id: number | null;
    state: LineState;
    outcome: LineOutcome | null;
    attempts: number;
    round: number;
    next_attempt_at: Date;
    error_code: string | null;
    error_message: string | null;
    processed_at: Date | null;
  }>(
    `select position, woo_customer_id, state, outcome, attempts, round, next_attempt_at,
            error_code, error_message, processed_at
       from woo_customer_sync_queue_line
      where queue_id = $1 and position > $2 and ($3::text is null or state = $3)
      order by position
      limit $4`,
    [filter.queueId, filter.after, filter.state ?? null, filter.limit],
  );
  return rows.map((row) => ({
    position: row.position,
    wooCustomerId: row.woo_customer_id,
    state: row.state,
    outcome: row.outcome,
    attempts: row.attempts,
    round: row.round,
    nextAttemptAt: row.next_attempt_at,
    error:
      row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    processedAt: row.processed_at,
  }));
}
