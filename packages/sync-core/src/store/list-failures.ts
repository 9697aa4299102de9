import type { Sql } from '@mantis-sync/db';
import type { Failures } from '../domain/run-detail.ts';

/** Counts the failed lines of a run by their reason, the most frequent reasons first. */
export async function listFailures(sql: Sql, queueId: string, limit: number): Promise<Failures> {
  const { rows } = await sql.query<{
    code: string;
    message: string;
    count: number;
    lowest_id: number | null;
    highest_id: number | null;
    all_groups: number;
    all_lines: number;
  }>(
    `with reason as (
       select error_code, error_message, count(*)::int as count,
              min(woo_customer_id) as lowest_id, max(woo_customer_id) as highest_id
         from woo_customer_sync_queue_line
        where queue_id = $1 and state = 'failed'
        group by error_code, error_message)
     select error_code as code, error_message as message, count, lowest_id, highest_id,
            (count(*) over ())::int as all_groups, (sum(count) over ())::int as all_lines
       from reason
      order by count desc, error_code, error_message
      limit $2`,
    [queueId, limit],
  );
  const listed = rows.reduce((sum, { count }) => sum + count, 0);
  const all = rows[0];
  return {
    groups: rows.map(({ code, message, count, lowest_id, highest_id }) => ({
      code,
      message,
      count,
      exampleIds:
        lowest_id === null || highest_id === null ? [] : [...new Set([lowest_id, highest_id])],
    })),
    rest: {
      groups: (all?.all_groups ?? 0) - rows.length,
      lines: (all?.all_lines ?? 0) - listed,
    },
  };
}
