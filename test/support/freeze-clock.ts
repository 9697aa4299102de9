import type { Sql } from '@mantis-sync/db';
import { until } from './until.ts';

/** The schedule's clock of one database, controlled by the test. */
export interface FrozenClock {
  /** Milliseconds since 1970. */
  readonly now: number;
  advance(ms: number): Promise<void>;
  /** Waits until a worker has checked for due lines and rescheduled its job. */
  untilLookedAt(runId: string): Promise<void>;
}

/**
 * Stops `mantis.now()`, which waits, retries and recorded times use. Leases and heartbeats continue in
 * real time, and so do the jobs: one that is not due by this clock is rescheduled.
 */
export async function freezeClock(sql: Sql): Promise<FrozenClock> {
  let now = Date.now();
  await sql.query('create table mantis.test_clock as select $1::timestamptz as now', [
    new Date(now),
  ]);
  await sql.query(`
    grant select on mantis.test_clock to public;
    create or replace function mantis.now() returns timestamptz
    language sql volatile parallel safe
    as $$ select now from mantis.test_clock $$`);
  return {
    get now() {
      return now;
    },
    async advance(ms) {
      now += ms;
      await sql.query('update mantis.test_clock set now = $1', [new Date(now)]);
    },
    async untilLookedAt(runId) {
      const before = await newestJob(sql, runId);
      await until('a look at lines that wait', async () => (await newestJob(sql, runId)) > before);
    },
  };
}

/** If nothing is due, a new job is enqueued for later. */
async function newestJob(sql: Sql, runId: string): Promise<number> {
  const { rows } = await sql.query<{ id: number | null }>(
    `select max(id) as id from graphile_worker._private_jobs
      where key like 'sync.process:%:' || $1 || ':later'`,
    [runId],
  );
  return rows[0]?.id ?? 0;
}
