import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createDatabase } from '@mantis-sync/db';
import { type EmbeddedPostgres } from '@mantis-sync/dev-postgres';
import { createSyncService, DEFAULT_RUN_SETTINGS, isTerminal } from '@mantis-sync/sync-core';
import type { Client } from 'pg';
import { cpuOfPostgres, cpuOfProcess, peakMegabytesOf } from './process-usage.ts';
import { callerOf, freshDatabase, SECRET_KEYS, setStage, startProgram } from './stage.ts';

const LOOP_WAYS = ['walk', 'floor', 'job', 'naive'] as const;
export const WAYS = [...LOOP_WAYS, 'first', 'unchanged'] as const;
export type LoopWay = (typeof LOOP_WAYS)[number];
export type Way = (typeof WAYS)[number];

/** The cost of a way; per customer. */
export interface Measured {
  customersPerSecond: number;
  seconds: number;
  postgresMicroseconds: number;
  workerMicroseconds: number;
  walBytes: number;
  /** Of the process that does the work. */
  peakMegabytes: number;
}

export interface Bench {
  postgres: EmbeddedPostgres;
  storeUrl: string;
  customers: number;
}

/** Environment of a way's program. */
export interface LoopInput {
  way: LoopWay;
  databaseUrl: string;
  storeUrl: string;
  orgId: string;
  storeId: string;
  customers: number;
}

/** Interval of reads of a run's state, in milliseconds: often enough for a rate, rarely enough to cost little. */
const POLL_MS = 500;
/** Ways whose cost does not depend on the size stop at this number of customers. */
const MOST_CUSTOMERS: Partial<Record<Way, number>> = { naive: 10_000, job: 100_000 };

/** Measures one of the programs on an empty database. */
export async function measureLoop(way: LoopWay, bench: Bench): Promise<Measured> {
  const customers = Math.min(bench.customers, MOST_CUSTOMERS[way] ?? bench.customers);
  const { url, admin, drop } = await freshDatabase(bench.postgres);
  try {
    const owner = await setStage(url, bench.storeUrl);
    const input: LoopInput = {
      way,
      databaseUrl: url,
      storeUrl: bench.storeUrl,
      customers,
      ...owner,
    };
    const child = await startProgram('./loop.ts', { LOOP: JSON.stringify(input) });
    try {
      const measured = await measureWork(admin, child, customers, async () => {
        child.send('go');
        const [{ seconds }] = (await once(child, 'message')) as [{ seconds: number }];
        return seconds;
      });
      if (way !== 'walk') await checkComplete(admin, 'plain_customer', customers);
      return measured;
    } finally {
      await end(child);
    }
  } finally {
    await drop();
  }
}

/** Measures Mantis Sync: the first run on an empty database, then one without changes. */
export async function measureMantis(
  bench: Bench,
): Promise<Record<'first' | 'unchanged', Measured>> {
  const { url, admin, drop } = await freshDatabase(bench.postgres);
  try {
    const owner = await setStage(url, bench.storeUrl);
    const first = await measureRun(bench, url, admin, owner);
    await checkComplete(admin, 'customer', bench.customers);
    const unchanged = await measureRun(bench, url, admin, owner);
    return { first, unchanged };
  } finally {
    await drop();
  }
}

async function measureRun(
  bench: Bench,
  url: string,
  admin: Client,
  { orgId, storeId }: { orgId: string; storeId: string },
): Promise<Measured> {
  const worker = await startProgram('../../apps/worker/src/main.ts', {
    DATABASE_URL: url,
    MANTIS_SECRET_KEYS: SECRET_KEYS,
    MANTIS_ALLOW_STORE_HOSTS: new URL(bench.storeUrl).host,
    LOG_LEVEL: 'warn',
  });
  const database = createDatabase({ url, max: 1 });
  try {
    const sync = createSyncService({ database, defaults: DEFAULT_RUN_SETTINGS });
    const caller = callerOf(orgId);
    return await measureWork(admin, worker, bench.customers, async () => {
      let { run } = await sync.start(caller, { storeId });
      while (!isTerminal(run.state)) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        run = await sync.status(caller, { runId: run.runId });
      }
      if (run.state !== 'done') throw new Error(`the run ended ${run.state}: ${run.phaseText}`);
      return secondsOf(admin, run.runId);
    });
  } finally {
    await end(worker);
    await database.close();
  }
}

/** @param work returns the seconds that it took */
async function measureWork(
  admin: Client,
  worker: ChildProcess,
  customers: number,
  work: () => Promise<number>,
): Promise<Measured> {
  const walBefore = await walPosition(admin);
  const backend = await backendOf(admin);
  const before = { postgres: cpuOfPostgres(backend), worker: cpuOfProcess(worker.pid) };
  const seconds = await work();
  const after = { postgres: cpuOfPostgres(backend), worker: cpuOfProcess(worker.pid) };
  const { rows } = await admin.query(
    'select pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 as bytes',
    [walBefore],
  );
  return {
    customersPerSecond: customers / seconds,
    seconds,
    postgresMicroseconds: (after.postgres - before.postgres) / customers,
    workerMicroseconds: (after.worker - before.worker) / customers,
    walBytes: Number(rows[0].bytes) / customers,
    peakMegabytes: peakMegabytesOf(worker.pid),
  };
}

async function secondsOf(admin: Client, runId: string): Promise<number> {
  const { rows } = await admin.query(
    `select extract(epoch from finished_at - created_at)::float8 as seconds
       from woo_customer_sync_queue where id = $1`,
    [runId],
  );
  return rows[0].seconds;
}

async function backendOf(admin: Client): Promise<number> {
  const { rows } = await admin.query('select pg_backend_pid() as pid');
  return rows[0].pid;
}

async function walPosition(admin: Client): Promise<string> {
  const { rows } = await admin.query('select pg_current_wal_lsn()::text as lsn');
  return rows[0].lsn;
}

async function checkComplete(admin: Client, table: string, customers: number): Promise<void> {
  const { rows } = await admin.query(
    `select count(*)::int as stored, count(distinct woo_id)::int as distinct_ids from ${table}`,
  );
  if (rows[0].stored !== customers || rows[0].distinct_ids !== customers) {
    throw new Error(
      `expected ${customers} customers, found ${rows[0].stored} (${rows[0].distinct_ids} distinct)`,
    );
  }
}

async function end(child: ChildProcess): Promise<void> {
  child.kill();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
