import type { LineOutcome, LineState } from '../domain/line-state.ts';
import type { LineView } from '../domain/run-status.ts';

/** What a line is shown by. */
export const LINE_COLUMNS = `position, woo_customer_id, state, outcome, attempts, round, next_attempt_at,
       error_code, error_message, processed_at`;

export interface LineRow {
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
}

export function toLineView(row: LineRow): LineView {
  return {
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
  };
}
