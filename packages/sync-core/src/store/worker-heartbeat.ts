import type { Sql } from '@mantis-sync/db';

/** Milliseconds without a heartbeat after which a worker counts as dead: four beats. */
export const DEAD_AFTER_MS = 8_000;

export interface WorkerIdentity {
  id: string;
  host: string;
  version: string;
}

/** Says that a worker lives. Its leases hold for as long as it does so. */
export async function beat(sql: Sql, worker: WorkerIdentity): Promise<void> {
  await sql.query(
    `insert into sync_worker (id, host, version) values ($1, $2, $3)
     on conflict (id) do update set heartbeat_at = clock_timestamp()`,
    [worker.id, worker.host, worker.version],
  );
}

/** Takes a worker off the list: it handed everything back. */
export async function signOff(sql: Sql, workerId: string): Promise<void> {
  await sql.query('delete from sync_worker where id = $1', [workerId]);
}

/**
 * Takes workers off the list that have not beaten for a while.
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

/** The worker that said last that it lives. */
export interface WorkerHealth {
  isAlive: boolean;
  /** Seconds since its last heartbeat; null where no worker was there at all. */
  ageSeconds: number | null;
}

/** How long ago a worker said last that it lives. */
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

/** Whether a worker of this host lives, as far as its heartbeat says. */
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
