import type { Sql } from '@mantis-sync/db';
import { DISCOVERY, IS_ACTIVE_RUN, IS_OPEN_DISCOVERY, LINE } from './states.ts';

export interface ReclaimedLine {
  position: number;
  wooCustomerId: number | null;
}

/**
 * Reclaims lines from workers that died or exceeded their lease. This counts as a crash, not as an attempt:
 * lines return to draft to be claimed alone, and fail after the last allowed crash. From the second crash on
 * each waits a different time, so that two lines that crash together are separated. The caller holds the run's
 * lock.
 *
 * @returns lines reclaimed, and those that failed
 */
export async function reclaimLines(
  sql: Sql,
  runId: string,
  maxCrashes: number,
): Promise<{ returned: number; failed: ReclaimedLine[] }> {
  const { rows } = await sql.query<{
    state: 'draft' | 'failed';
    position: number;
    woo_customer_id: number | null;
  }>(
    `update woo_customer_sync_queue_line line
        set state = case when line.deaths + 1 >= $2 then ${LINE.failed.to} else ${LINE.released.to} end,
            attempts = line.attempts - case when line.deaths + 1 >= $2 then 0 else 1 end,
            deaths = line.deaths + 1,
            alone = true,
            next_attempt_at = mantis.now() + case when line.deaths = 0 then interval '0'
              else make_interval(secs => queue.retry_base_ms * 2 ^ line.deaths * (0.5 + random()) / 1000) end,
            error_code = 'worker_died',
            error_message = case when line.deaths = 0
              then 'The worker crashed or took too long while processing this customer and others.'
              else format('%s workers crashed or took too long while processing this customer; the last one processed no other.',
                          line.deaths + 1) end,
            processed_at = case when line.deaths + 1 >= $2 then mantis.now() else line.processed_at end,
            lease_token = null, lease_until = null, worker_id = null
       from woo_customer_sync_queue queue
      where line.queue_id = $1 and queue.id = line.queue_id and line.state ${LINE.released.from}
        and (line.lease_until < clock_timestamp()
          or not exists (select from sync_worker where id = line.worker_id))
      returning line.state, line.position, line.woo_customer_id`,
    [runId, maxCrashes],
  );
  const failed = rows
    .filter((row) => row.state === 'failed')
    .map((row) => ({ position: row.position, wooCustomerId: row.woo_customer_id }));
  return { returned: rows.length - failed.length, failed };
}

/**
 * Reclaims a discovery from a worker that died or exceeded its lease, and counts the crash. The caller holds
 * the run's lock.
 *
 * The first crash always counts. After it, workers record when they begin to read a response (`markAnswer`),
 * and only crashes after that count: a crash while waiting for hundreds of stores is no fault of theirs.
 *
 * @returns consecutive crashes without a page; null if no dead worker holds it
 */
export async function reclaimDiscovery(sql: Sql, runId: string): Promise<number | null> {
  const { rows } = await sql.query<{ discovery_deaths: number }>(
    `update woo_customer_sync_queue queue
        set discovery_token = null, discovery_worker_id = null, discovery_lease_until = null,
            discovery_deaths = case
              when discovery_deaths = 0 or discovery_answer_token = discovery_token then discovery_deaths + 1
              else discovery_deaths end
      where id = $1 and discovery_token is not null
        and (discovery_lease_until < clock_timestamp()
          or not exists (select from sync_worker where id = queue.discovery_worker_id))
      returning discovery_deaths`,
    [runId],
  );
  return rows[0]?.discovery_deaths ?? null;
}

/** Fails a discovery that crashes every worker. The caller holds the run's lock. */
export async function abandonDiscovery(sql: Sql, runId: string, reason: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set discovery_state = ${DISCOVERY.failed.to}, discovery_error_code = 'worker_died', discovery_error = $2,
            is_action_required = true, action_code = 'worker_died', action_reason = $2
      where id = $1 and discovery_state ${DISCOVERY.failed.from}`,
    [runId, reason],
  );
}

export interface StalledRun {
  orgId: string;
  runId: string;
}

/** Allows one sweep at a time, until the end of this transaction. */
export async function tryLockSweep(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ locked: boolean }>(
    "select pg_try_advisory_xact_lock(hashtext('mantis sweep')) as locked",
  );
  return rows[0]?.locked === true;
}

/**
 * Active runs of all organisations that must be woken: a lease belongs to a dead worker or has expired, or
 * there is due work that no worker holds and no progress. Runs without progress are woken less often
 * (`findIdleRuns`).
 */
export async function findStalledRuns(
  sql: Sql,
  { idleMs, limit }: { idleMs: number; limit: number },
): Promise<StalledRun[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select queue.org_id, queue.id
       from woo_customer_sync_queue queue
       join woo_store store on store.id = queue.store_id and store.state = 'active'
      where queue.state ${IS_ACTIVE_RUN}
        and (
          (queue.discovery_token is not null
            and (queue.discovery_lease_until < clock_timestamp()
              or not exists (select from sync_worker where id = queue.discovery_worker_id)))
          or (queue.processing_count > 0 and exists (
            select from woo_customer_sync_queue_line line
             where line.queue_id = queue.id and line.state ${LINE.released.from}
               and (line.lease_until < clock_timestamp()
                 or not exists (select from sync_worker where id = line.worker_id))))
          or (queue.action_code is distinct from 'stuck'
            and queue.updated_at < mantis.now() - make_interval(secs => $1::float8 / 1000)
            and (queue.wait_until is null or queue.wait_until <= mantis.now())
            and ((queue.discovery_state ${IS_OPEN_DISCOVERY} and queue.discovery_token is null)
              or (queue.draft_count > 0 and exists (
                select from woo_customer_sync_queue_line line
                 where line.queue_id = queue.id and line.state ${LINE.claimed.from}
                   and line.next_attempt_at <= mantis.now()))))
        )
      order by queue.updated_at
      limit $2`,
    [idleMs, limit],
  );
  return rows.map((row) => ({ orgId: row.org_id, runId: row.id }));
}

/**
 * Active runs of all organisations that have due work, but made no progress and were not woken for `quietMs`.
 * Excludes runs that wait and runs of paused stores.
 */
export async function findIdleRuns(
  sql: Sql,
  { quietMs, limit }: { quietMs: number; limit: number },
): Promise<StalledRun[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select queue.org_id, queue.id
       from woo_customer_sync_queue queue
       join woo_store store on store.id = queue.store_id and store.state = 'active'
      where queue.state ${IS_ACTIVE_RUN}
        and greatest(queue.progressed_at, queue.idle_rung_at)
            < mantis.now() - make_interval(secs => $1::float8 / 1000)
        and (queue.wait_until is null or queue.wait_until <= mantis.now())
        and (queue.discovery_state ${IS_OPEN_DISCOVERY} or queue.processing_count > 0
          or exists (select from woo_customer_sync_queue_line line
                      where line.queue_id = queue.id and line.state ${LINE.claimed.from}
                        and line.next_attempt_at <= mantis.now() + interval '1 minute'))
      order by queue.progressed_at
      limit $2`,
    [quietMs, limit],
  );
  return rows.map((row) => ({ orgId: row.org_id, runId: row.id }));
}

/**
 * Counts a wake-up of a run without progress. The caller holds the run's lock.
 *
 * @returns wake-ups since its last progress, and milliseconds since then; null if it progressed meanwhile
 */
export async function countIdleWakeup(
  sql: Sql,
  runId: string,
  quietMs: number,
): Promise<{ wakeups: number; idleMs: number } | null> {
  const { rows } = await sql.query<{ wakeups: number; idle_ms: number }>(
    `update woo_customer_sync_queue
        set idle_rings = idle_rings + 1, idle_rung_at = mantis.now()
      where id = $1
        and greatest(progressed_at, idle_rung_at)
            < mantis.now() - make_interval(secs => $2::float8 / 1000)
      returning idle_rings as wakeups,
                (extract(epoch from mantis.now() - progressed_at) * 1000)::float8 as idle_ms`,
    [runId, quietMs],
  );
  return rows[0] ? { wakeups: rows[0].wakeups, idleMs: rows[0].idle_ms } : null;
}

/** Milliseconds without a heartbeat after which a worker counts as dead: four heartbeats. */
export const DEAD_AFTER_MS = 8_000;

export interface WorkerIdentity {
  id: string;
  host: string;
  version: string;
}

/** Records a worker's heartbeat. Its leases are valid as long as it is recent. @returns the time */
export async function heartbeat(sql: Sql, worker: WorkerIdentity): Promise<Date> {
  const { rows } = await sql.query<{ now: Date }>(
    `insert into sync_worker (id, host, version) values ($1, $2, $3)
     on conflict (id) do update set heartbeat_at = clock_timestamp()
     returning clock_timestamp() as now`,
    [worker.id, worker.host, worker.version],
  );
  return rows[0]!.now;
}

/** Removes a worker that has released all its leases. */
export async function deregister(sql: Sql, workerId: string): Promise<void> {
  await sql.query('delete from sync_worker where id = $1', [workerId]);
}

/**
 * Removes workers without a recent heartbeat.
 *
 * @returns their ids
 */
export async function removeDeadWorkers(sql: Sql, deadAfterMs: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `delete from sync_worker
      where heartbeat_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
      returning id`,
    [deadAfterMs],
  );
  return rows.map((row) => row.id);
}

/** The most recent heartbeat of any worker. */
export interface WorkerHealth {
  isAlive: boolean;
  /** Seconds since then; null if there is no worker. */
  ageSeconds: number | null;
}

/** The age of the most recent heartbeat of any worker. */
export async function readWorkerHealth(sql: Sql): Promise<WorkerHealth> {
  const { rows } = await sql.query<{ age_ms: number | null }>(
    `select (extract(epoch from clock_timestamp() - max(heartbeat_at)) * 1000)::float8 as age_ms
       from sync_worker`,
  );
  const ageMs = rows[0]?.age_ms ?? null;
  return {
    isAlive: ageMs !== null && ageMs <= DEAD_AFTER_MS,
    ageSeconds: ageMs === null ? null : Math.max(0, Math.round(ageMs / 1000)),
  };
}

/** Whether a worker on this host has a recent heartbeat. */
export async function isWorkerAliveOn(sql: Sql, host: string): Promise<boolean> {
  const { rows } = await sql.query<{ is_alive: boolean }>(
    `select exists (
       select from sync_worker
        where host = $1
          and heartbeat_at >= clock_timestamp() - make_interval(secs => $2::float8 / 1000)
     ) as is_alive`,
    [host, DEAD_AFTER_MS],
  );
  return rows[0]?.is_alive === true;
}

/** Runs of all organisations with due work, and the number of workers. */
export async function readLoad(sql: Sql): Promise<{ activeRuns: number; workers: number }> {
  const { rows } = await sql.query<{ activeRuns: number; workers: number }>(
    `select (select count(*)::int from woo_customer_sync_queue
              where state ${IS_ACTIVE_RUN}
                and (wait_until is null or wait_until <= mantis.now())) as "activeRuns",
            (select count(*)::int from sync_worker) as workers`,
  );
  return rows[0] ?? { activeRuns: 0, workers: 0 };
}
