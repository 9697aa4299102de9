import type { Sql } from '@mantis-sync/db';

/** Runs of all organisations that can go on now, and the workers that there are for them. */
export async function readLoad(sql: Sql): Promise<{ activeRuns: number; workers: number }> {
  const { rows } = await sql.query<{ activeRuns: number; workers: number }>(
    `select (select count(*)::int from woo_customer_sync_queue
              where state in ('draft', 'processing')
                and (wait_until is null or wait_until <= mantis.now())) as "activeRuns",
            (select count(*)::int from sync_worker) as workers`,
  );
  return rows[0] ?? { activeRuns: 0, workers: 0 };
}
