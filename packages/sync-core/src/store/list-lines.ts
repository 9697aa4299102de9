import type { Sql } from '@mantis-sync/db';
import type { LineOutcome, LineState } from '../domain/line-state.ts';
import type { FailureKey } from '../domain/run-detail.ts';
import type { LineView } from '../domain/run-status.ts';
import { LINE_COLUMNS, type LineRow, toLineView } from './line-row.ts';

/** Which lines; all of a run unless something is given. */
export interface LineFilter {
  state?: LineState | undefined;
  outcome?: LineOutcome | undefined;
  /** Lines whose last try ended with this reason. */
  failure?: FailureKey | undefined;
  wooCustomerId?: number | undefined;
  /** The first position, and the last one. */
  from?: number | undefined;
  to?: number | undefined;
}

/** Lines of a run by position, from behind `after`. */
export async function listLines(
  sql: Sql,
  queueId: string,
  filter: LineFilter,
  { after, limit }: { after: number; limit: number },
): Promise<LineView[]> {
  const { rows } = await sql.query<LineRow>(
    `select ${LINE_COLUMNS}
       from woo_customer_sync_queue_line
      where queue_id = $1 and position > $2 and position <= $3
        and ($4::text is null or state = $4)
        and ($5::text is null or outcome = $5)
        and ($6::bigint is null or woo_customer_id = $6)
        and ($7::text is null or (error_code = $7 and error_message = $8))
      order by position
      limit $9`,
    [
      queueId,
      Math.max(after, (filter.from ?? 1) - 1),
      filter.to ?? 2_147_483_647,
      filter.state ?? null,
      filter.outcome ?? null,
      filter.wooCustomerId ?? null,
      filter.failure?.code ?? null,
      filter.failure?.message ?? null,
      limit,
    ],
  );
  return rows.map(toLineView);
}
