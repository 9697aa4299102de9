import type { Sql } from '@mantis-sync/db';

/** A store's ended runs that started on one day. Webhook runs count only as changes: they run beside the others. */
export interface RunDay {
  /** `2026-01-31`, in the requested time zone. */
  date: string;
  runs: number;
  /** Of the longest run, without waits for a person. */
  longestSeconds: number;
  failed: number;
  changed: number;
}

/** The last days of a store, oldest first, without gaps. */
export async function listRunDays(
  sql: Sql,
  { storeId, days, timeZone }: { storeId: string; days: number; timeZone: string },
): Promise<RunDay[]> {
  const { rows } = await sql.query<RunDay>(
    `with period as (
       select (mantis.now() at time zone $3)::date - $2::int + 1 as first, (mantis.now() at time zone $3)::date as last)
     select to_char(day, 'YYYY-MM-DD') as date,
            count(run.id) filter (where run.kind <> 'webhook')::int as runs,
            coalesce(round(max(extract(epoch from run.finished_at - run.started_at) - run.waited_ms / 1000.0)
              filter (where run.kind <> 'webhook')), 0)::int as "longestSeconds",
            coalesce(sum(run.failed_count) filter (where run.kind <> 'webhook'), 0)::int as failed,
            coalesce(sum(run.created_count + run.updated_count + run.deleted_count), 0)::int as changed
       from period
       cross join generate_series(period.first::timestamp, period.last::timestamp, interval '1 day') as day
       left join woo_customer_sync_queue run
         on run.store_id = $1 and run.finished_at is not null
        and run.created_at >= (day at time zone $3) and run.created_at < ((day + interval '1 day') at time zone $3)
      group by day
      order by day`,
    [storeId, days, timeZone],
  );
  return rows;
}
