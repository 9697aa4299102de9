import type { Sql } from '@mantis-sync/db';
import { STARTABLE_KINDS, type StartableKind } from '../domain/run-kind.ts';
import type { RunState } from '../domain/state-machine.ts';

/** A run in a store's chart of recent runs. */
export interface RecentRun {
  runId: string;
  kind: StartableKind;
  state: RunState;
  /** Its start, or its creation if it has not started. */
  at: Date;
  /** From start to end without waits for an operator; null while it is active, or if it never started. */
  seconds: number | null;
  isForced: boolean;
  total: number;
  failed: number;
  /** Customers that it created, updated or deleted. */
  changed: number;
}

/** Runs shown per store. */
const LENGTH = 20;

/**
 * The last runs of each store, oldest first, without webhook runs; of all stores, or of one. One index scan
 * per store in one round trip.
 */
export async function listRecentRuns(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, RecentRun[]>> {
  const { rows } = await sql.query<Omit<RecentRun, 'runId'> & { store_id: string; id: string }>(
    `select store.id as store_id, recent.*
       from woo_store store
       cross join lateral (
         select id, kind, state, coalesce(started_at, created_at) as at,
                case when finished_at is not null
                  then greatest(0, extract(epoch from finished_at - started_at) - waited_ms / 1000.0)::float8
                end as seconds,
                forced is not null as "isForced",
                total_count as total, failed_count as failed,
                created_count + updated_count + deleted_count as changed
           from woo_customer_sync_queue queue
          where queue.org_id = store.org_id and queue.store_id = store.id and queue.kind = any($2)
          order by queue.created_at desc, queue.id desc
          limit $3) recent
      where $1::uuid is null or store.id = $1`,
    [storeId, STARTABLE_KINDS, LENGTH],
  );
  const runs = new Map<string, RecentRun[]>();
  for (const { store_id: store, id, ...run } of rows.toReversed()) {
    const known = runs.get(store) ?? [];
    known.push({ runId: id, ...run });
    runs.set(store, known);
  }
  return runs;
}

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
