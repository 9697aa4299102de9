import type { Sql } from '@mantis-sync/db';
import type { LineOutcome } from '../domain/line-state.ts';
import { SyncError } from '../domain/sync-error.ts';

/** What became of a claimed line. */
export type LineVerdict =
  | { position: number; state: 'done'; outcome: LineOutcome }
  | {
      position: number;
      state: 'draft' | 'failed';
      delayMs: number | null;
      code: string;
      message: string;
    }
  /** Handed back without a verdict: the attempt does not count. With `alone` it is claimed alone from now on. */
  | { position: number; state: 'released'; delayMs: number; alone?: true };

/**
 * Writes the verdicts on a batch, one statement for all. The payload of a settled line is dropped,
 * a failed one keeps it.
 *
 * @throws SyncError `lease_lost` if any of the lines is no longer held under `token`; the transaction
 *   must then be rolled back
 */
export async function settleLines(
  sql: Sql,
  queueId: string,
  token: string,
  verdicts: readonly LineVerdict[],
): Promise<void> {
  const { rowCount } = await sql.query({
    name: 'settle-lines',
    text: `update woo_customer_sync_queue_line line
              set state = case when verdict.state = 'released' then 'draft' else verdict.state end,
                  outcome = verdict.outcome,
                  attempts = line.attempts - case when verdict.state = 'released' then 1 else 0 end,
                  alone = line.alone or coalesce(verdict.alone, false),
                  next_attempt_at =
                    mantis.now() + make_interval(secs => coalesce(verdict."delayMs", 0)::float8 / 1000),
                  lease_token = null, lease_until = null, worker_id = null,
                  payload = case when verdict.state = 'done' then null else line.payload end,
                  error_code = case when verdict.state = 'released' then line.error_code else verdict.code end,
                  error_message =
                    case when verdict.state = 'released' then line.error_message else verdict.message end,
                  processed_at = mantis.now()
             from json_to_recordset($3::json) as verdict(
               position integer, state text, outcome text, "delayMs" float8, code text, message text,
               alone boolean)
            where line.queue_id = $1 and line.position = verdict.position
              and line.state = 'processing' and line.lease_token = $2`,
    values: [queueId, token, JSON.stringify(verdicts)],
  });
  if (rowCount !== verdicts.length) {
    throw new SyncError('lease_lost', 'Another worker, or force-done, has taken these lines.');
  }
}
