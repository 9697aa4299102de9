import type { Sql } from '@mantis-sync/db';
import type { FailureKey } from '../domain/run-detail.ts';

/**
 * Begins a new round: failed lines back to draft with no attempts and deaths counted (one that killed its
 * workers is still claimed alone), discovery back to its cursor
 * where it had given up, and requests to ask the store for both. The caller holds the run's lock.
 *
 * @param extraRequests requests added to the run's budget
 * @param failure only lines with this reason come back; the other failed ones stay as they are
 * @returns lines brought back
 */
export async function retryLines(
  sql: Sql,
  queueId: string,
  extraRequests: number,
  failure?: FailureKey,
): Promise<number> {
  await sql.query(
    `update woo_customer_sync_queue
        set round = round + 1,
            requests_budget = requests_used + $2,
            is_action_required = false, action_code = null, action_reason = null,
            page_attempts = 0, discovery_deaths = 0, walk_stuck = 0,
            discovery_state = case when discovery_state = 'failed' then 'walking' else discovery_state end,
            discovery_error_code = null, discovery_error = null
      where id = $1`,
    [queueId, extraRequests],
  );
  const { rowCount } = await sql.query(
    `update woo_customer_sync_queue_line line
        set state = 'draft', attempts = 0, deaths = 0, round = queue.round, next_attempt_at = mantis.now()
       from woo_customer_sync_queue queue
      where line.queue_id = $1 and line.state = 'failed' and queue.id = line.queue_id
        and ($2::text is null or (line.error_code = $2 and line.error_message = $3))`,
    [queueId, failure?.code ?? null, failure?.message ?? null],
  );
  return rowCount;
}
