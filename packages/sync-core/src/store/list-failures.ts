import type { Sql } from '@mantis-sync/db';
import type { Failures } from '../domain/run-detail.ts';

/** Counts the failed lines of a run by their reason, the most frequent reasons first. */
export async function listFailures(sql: Sql, queueId: string, limit: number): Promise<Failures> {
  const { rows } = await sql.query<{
    code: string;
    message: string;
    count: number;
    example_ids: number[] | null;
    all_groups: number;
    all_lines: number;
  }>(
    `with reason as (
       select error_code, error_message, count(*)::int as count,
              (array_agg(woo_customer_id order by position) filter (where woo_customer_id is not null))[1:3]
                as example_ids
         from woo_customer_sync_queue_line
        where queue_id = $1 and state = 'failed'
        group by error_code, error_message)
     select error_code as code, error_message as message, count, example_ids,
            (count(*) over ())::int as all_groups, (sum(count) over ())::int as all_lines
       from reason
      order by count desc, error_code, error_message
      limit $2`,
    [queueId, limit],
  );
  const listed = rows.reduce((sum, { count }) => sum + count, 0);
  const all = rows[0];
  return {
    groups: rows.map(({ code, message, count, example_ids }) => ({
      code,
      message,
      count,
      exampleIds: example_ids ?? [],
    })),
    rest: {
      groups: (all?.all_groups ?? 0) - rows.length,
      lines: (all?.all_lines ?? 0) - listed,
    },
  };
}
