import type { Sql } from '@mantis-sync/db';
import { IS_ACTIVE_RUN } from './states.ts';
import type { RunKind } from '../domain/run-kind.ts';
import type { RunState } from '../domain/state-machine.ts';
import { DEAD_AFTER_MS } from './leases.ts';

/** Totals over all organisations for metrics: ids, codes, counts and ages. */
export interface Fleet {
  activeRuns: { state: RunState; kind: RunKind; count: number; oldestIdleSeconds: number }[];
  /** Runs that ended within the last hour. */
  finishedRuns: { state: RunState; kind: RunKind; count: number }[];
  /** Runs that need a decision, by code. */
  actions: { code: string; count: number }[];
  stores: FleetStore[];
  jobs: FleetJobs[];
  workers: { alive: number; newestBeatSeconds: number | null };
}

export interface FleetStore {
  id: string;
  /** Null if it is not paused. */
  pauseCode: string | null;
  /** Age of the oldest verification; null before the first complete walk. */
  verifiedSeconds: number | null;
  /** Age of the last complete run that requested everything new; null before the first. */
  refreshedSeconds: number | null;
  /** Null if webhooks were never enabled. */
  webhooks: { state: string; gapSeconds: number | null } | null;
}

export interface FleetJobs {
  task: string;
  due: number;
  later: number;
  running: number;
  givenUp: number;
  oldestDueSeconds: number;
}

/**
 * Reads the totals. Every statement uses an index over active rows, or reads one row per store; of finished
 * runs only those of the last hour are read.
 */
export async function readFleet(sql: Sql): Promise<Fleet> {
  return {
    activeRuns: await readActiveRuns(sql),
    finishedRuns: await readFinishedRuns(sql),
    actions: await readActions(sql),
    stores: await readStores(sql),
    jobs: await readJobs(sql),
    workers: await readWorkers(sql),
  };
}

/** Runs that wait for their store, or whose store is paused, are not idle. */
async function readActiveRuns(sql: Sql): Promise<Fleet['activeRuns']> {
  const { rows } = await sql.query<Fleet['activeRuns'][number]>(
    `select queue.state, queue.kind, count(*)::int as count,
            coalesce(extract(epoch from max(mantis.now() - queue.progressed_at)
              filter (where store.state = 'active'
                and (queue.wait_until is null or queue.wait_until <= mantis.now()))), 0)::float8
              as "oldestIdleSeconds"
       from woo_customer_sync_queue queue
       join woo_store store on store.org_id = queue.org_id and store.id = queue.store_id
      where queue.state ${IS_ACTIVE_RUN}
      group by queue.state, queue.kind`,
  );
  return rows;
}

async function readFinishedRuns(sql: Sql): Promise<Fleet['finishedRuns']> {
  const { rows } = await sql.query<Fleet['finishedRuns'][number]>(
    `select state, kind, count(*)::int as count
       from woo_customer_sync_queue
      where finished_at > mantis.now() - interval '1 hour'
      group by state, kind`,
  );
  return rows;
}

async function readActions(sql: Sql): Promise<Fleet['actions']> {
  const { rows } = await sql.query<{ code: string; count: number }>(
    `select coalesce(action_code, 'unknown') as code, count(*)::int as count
       from woo_customer_sync_queue
      where is_action_required
      group by 1`,
  );
  return rows;
}

async function readStores(sql: Sql): Promise<FleetStore[]> {
  const { rows } = await sql.query<{
    id: string;
    pause_code: string | null;
    verified: number | null;
    refreshed: number | null;
    webhooks: string | null;
    gap: number | null;
  }>(
    `select store.id,
            case when store.state <> 'active' then coalesce(store.pause_code, 'unknown') end as pause_code,
            extract(epoch from mantis.now() - freshness.verified_since)::float8 as verified,
            extract(epoch from mantis.now() - freshness.refreshed_at)::float8 as refreshed,
            endpoint.state as webhooks,
            extract(epoch from mantis.now() - endpoint.gap_since)::float8 as gap
       from woo_store store
       left join store_freshness freshness on freshness.store_id = store.id
       left join woo_webhook_endpoint endpoint on endpoint.store_id = store.id`,
  );
  return rows.map((row) => ({
    id: row.id,
    pauseCode: row.pause_code,
    verifiedSeconds: row.verified,
    refreshedSeconds: row.refreshed,
    webhooks: row.webhooks === null ? null : { state: row.webhooks, gapSeconds: row.gap },
  }));
}

async function readJobs(sql: Sql): Promise<FleetJobs[]> {
  const { rows } = await sql.query<FleetJobs>(
    `select task, due::int, later::int, running::int, given_up::int as "givenUp",
            oldest_due_seconds as "oldestDueSeconds"
       from mantis.job_load()`,
  );
  return rows;
}

async function readWorkers(sql: Sql): Promise<Fleet['workers']> {
  const { rows } = await sql.query<{ alive: number; newest: number | null }>(
    `select count(*) filter (where heartbeat_at >= clock_timestamp() - make_interval(secs => $1::float8 / 1000))::int as alive,
            extract(epoch from clock_timestamp() - max(heartbeat_at))::float8 as newest
       from sync_worker`,
    [DEAD_AFTER_MS],
  );
  return { alive: rows[0]?.alive ?? 0, newestBeatSeconds: rows[0]?.newest ?? null };
}
