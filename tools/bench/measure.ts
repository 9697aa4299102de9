import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createDatabase, type EmbeddedPostgres } from '@mantis-sync/db';
import { createSyncService, DEFAULT_RUN_SETTINGS, isTerminal } from '@mantis-sync/sync-core';
import type { Client } from 'pg';
import { callerOf, freshDatabase, SECRET_KEYS, setStage, startProgram } from './stage.ts';

export const WAYS = ['walk', 'floor', 'mantis', 'naive'] as const;
export type Way = (typeof WAYS)[number];

export interface Measured {
  customersPerSecond: number;
  seconds: number;
  /** Of the process that does the work. */
  peakMegabytes: number;
  walBytesPerCustomer: number;
}

export interface Bench {
  postgres: EmbeddedPostgres;
  storeUrl: string;
  customers: number;
}

/** What a program of a way is told, in its environment. */
export interface LoopInput {
  databaseUrl: string;
  storeUrl: string;
  orgId: string;
  storeId: string;
}

const POLL_MS = 20;

/** Runs one way on a fresh database, and checks that every customer arrived. */
export async function measure(way: Way, bench: Bench): Promise<Measured> {
  const { url, admin, drop } = await freshDatabase(bench.postgres);
  try {
    const stage = await setStage(url, bench.storeUrl);
    const walBefore = await walPosition(admin);
    const { seconds, peakMegabytes } =
      way === 'mantis'
        ? await runMantis(url, bench, stage)
        : await runLoop(way, { databaseUrl: url, storeUrl: bench.storeUrl, ...stage });
    const wal = await admin.query(
      'select pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 as bytes',
      [walBefore],
    );
    if (way !== 'walk') await checkComplete(admin, bench.customers);
    return {
      customersPerSecond: bench.customers / seconds,
      seconds,
      peakMegabytes,
      walBytesPerCustomer: Number(wal.rows[0].bytes) / bench.customers,
    };
  } finally {
    await drop();
  }
}

async function runMantis(url: string, bench: Bench, stage: { orgId: string; storeId: string }) {
  const worker = await startProgram('../../apps/worker/src/main.ts', {
    DATABASE_URL: url,
    MANTIS_SECRET_KEYS: SECRET_KEYS,
    MANTIS_ALLOW_STORE_HOSTS: new URL(bench.storeUrl).host,
    LOG_LEVEL: 'warn',
  });
  const database = createDatabase({ url, max: 2 });
  try {
    const sync = createSyncService({ database, defaults: DEFAULT_RUN_SETTINGS });
    const caller = callerOf(stage.orgId);
    const startedAt = performance.now();
    let { run } = await sync.start(caller, { storeId: stage.storeId });
    while (!isTerminal(run.state)) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      run = await sync.status(caller, { runId: run.runId });
    }
    if (run.state !== 'done') throw new Error(`the run ended ${run.state}: ${run.phaseText}`);
    return {
      seconds: (performance.now() - startedAt) / 1000,
      peakMegabytes: peakMegabytesOf(worker),
    };
  } finally {
    worker.kill();
    await new Promise((resolve) => worker.once('exit', resolve));
    await database.close();
  }
}

async function runLoop(way: Way, input: LoopInput) {
  const child = await startProgram('./loop.ts', { WAY: way, LOOP: JSON.stringify(input) });
  const seconds = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { seconds: number }).seconds));
    child.once('exit', (code) => reject(new Error(`the loop ended with ${code}`)));
    child.send('go');
  });
  const peakMegabytes = peakMegabytesOf(child);
  child.kill();
  return { seconds, peakMegabytes };
}

/** Highest resident memory of a living process, from Linux' own account. */
function peakMegabytesOf({ pid }: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}

async function walPosition(admin: Client): Promise<string> {
  const { rows } = await admin.query('select pg_current_wal_lsn()::text as lsn');
  return rows[0].lsn;
}

async function checkComplete(admin: Client, customers: number): Promise<void> {
  const { rows } = await admin.query(
    'select count(*)::int as stored, count(distinct woo_id)::int as distinct_ids from customer',
  );
  if (rows[0].stored !== customers || rows[0].distinct_ids !== customers) {
    throw new Error(
      `expected ${customers} customers, found ${rows[0].stored} (${rows[0].distinct_ids} distinct)`,
    );
  }
}
