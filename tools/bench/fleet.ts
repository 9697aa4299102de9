/**
 * Measures many stores at once: all have a full run to do, at the pace of a real store.
 *
 *   npx -y pnpm@12 bench:fleet                             1,000 stores, one worker and then two
 *   npx -y pnpm@12 bench:fleet --stores 200 --workers 1    fewer stores, or other numbers of workers
 *
 * Ten stores make an organisation. Of every hundred stores two are slow (18 s a page), and of every two
 * hundred one is down; these have organisations of their own, and end later than what is measured.
 *
 * The bound is the greatest of the time that one store takes alone, the CPU time of a worker (its JavaScript
 * has one core), and the CPU time of all processes over the cores that other programs left.
 */
import { type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createDatabase, type Database } from '@mantis-sync/db';
import { startEmbeddedPostgres } from '@mantis-sync/dev-postgres';
import { createSyncService, DEFAULT_RUN_SETTINGS, parseKeyring } from '@mantis-sync/sync-core';
import type { Client } from 'pg';
import { addFleetStore } from './add-fleet-store.ts';
import {
  cpuOfMachine,
  cpuOfPostgres,
  cpuOfProcess,
  type CpuMicroseconds,
  peakMegabytesOf,
} from './process-usage.ts';
import { callerOf, freshDatabase, SECRET_KEYS, startProgram } from './stage.ts';

/** Environment of the program of the stores. The slow ones come first, then those that are down. */
export interface FleetStores {
  stores: number;
  customers: number;
  slow: number;
  down: number;
}

interface FleetStore {
  orgId: string;
  storeId: string;
}

const STORES_PER_ORGANISATION = 10;
const POLL_MS = 500;
/** Runs of stores that are well. */
const RUNS = `woo_customer_sync_queue run join organization on organization.id = run.org_id and organization.name = 'fleet'`;

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: '1000' },
    customers: { type: 'string', default: '797' },
    workers: { type: 'string', multiple: true, default: ['1', '2'] },
  },
});
const count = Number(values.stores);
const fleet: FleetStores = {
  stores: count,
  customers: Number(values.customers),
  slow: Math.round(count / 50),
  down: Math.round(count / 200),
};

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const stores = await startProgram('./fleet-stores.ts', { FLEET: JSON.stringify(fleet) });
try {
  stores.send('urls');
  const [urls] = (await once(stores, 'message')) as [string[]];
  console.log(
    `\n${count.toLocaleString('en')} stores of ${fleet.customers} customers, ${fleet.slow} slow and ${fleet.down} down`,
  );
  for (const workers of values.workers.map(Number)) await measure(workers, urls);
} finally {
  stores.kill();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(workerCount: number, urls: readonly string[]): Promise<void> {
  const { url, admin, drop } = await freshDatabase(postgres);
  const database = createDatabase({ url, max: 4 });
  try {
    // The first one installs the job runner's tables.
    await end(await startWorker(url));
    const runners = await addStores(database, admin, urls);
    await startRuns(database, runners);
    await admin.query('vacuum analyze');
    const usage = await measureWork(admin, url, workerCount);
    console.log(describe(workerCount, usage));
  } finally {
    await database.close();
    await drop();
  }
}

function startWorker(url: string): Promise<ChildProcess> {
  return startProgram('../../apps/worker/src/main.ts', {
    DATABASE_URL: url,
    MANTIS_SECRET_KEYS: SECRET_KEYS,
    MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
    LOG_LEVEL: 'warn',
  });
}

/** Connects all stores, ten to an organisation; those that are slow or down have organisations of their own. */
async function addStores(
  database: Database,
  admin: Client,
  urls: readonly string[],
): Promise<FleetStore[]> {
  const keyring = parseKeyring(SECRET_KEYS);
  const troubled = fleet.slow + fleet.down;
  const runners: FleetStore[] = [];
  let orgId = '';
  for (const [index, url] of urls.entries()) {
    const place = index < troubled ? index : index - troubled;
    if (place % STORES_PER_ORGANISATION === 0)
      orgId = await addOrganisation(admin, index < troubled ? 'slow' : 'fleet');
    const owner = { orgId, storeId: randomUUID() };
    await database.withOrg(orgId, (sql) =>
      addFleetStore(sql, keyring, { ...owner, name: `Store ${index}`, url }),
    );
    runners.push(owner);
  }
  return runners;
}

async function addOrganisation(admin: Client, name: string): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    'insert into organization (name, slug) values ($1, gen_random_uuid()::text) returning id',
    [name],
  );
  return rows[0]?.id ?? '';
}

/** In the order of a night's schedule, which knows nothing of organisations. */
async function startRuns(database: Database, runners: readonly FleetStore[]): Promise<void> {
  const sync = createSyncService({ database, defaults: DEFAULT_RUN_SETTINGS });
  const inOrder = runners.toSorted((a, b) => a.storeId.localeCompare(b.storeId));
  for (const { orgId, storeId } of inOrder) await sync.start(callerOf(orgId), { storeId });
}

interface Usage {
  /** That the CPU times belong to. */
  measuredSeconds: number;
  /** When the last organisation, and half of them, had all their customers. */
  seconds: number;
  median: number;
  workers: CpuMicroseconds[];
  postgres: CpuMicroseconds;
  stores: CpuMicroseconds;
  /** All programs of this machine. */
  machine: CpuMicroseconds;
  connections: number;
  peakMegabytes: number;
  /** What one run took that had the worker for itself. */
  alone: number;
}

/** From the start of the workers, since they work before they say that they are ready, to the end of the last run. */
async function measureWork(admin: Client, url: string, workerCount: number): Promise<Usage> {
  const { rows } = await admin.query('select pg_backend_pid() as pid, clock_timestamp() as now');
  const { pid: backend, now: begin } = rows[0];
  const before = readCpu([], backend);
  const startedAt = performance.now();
  const workers = await Promise.all(Array.from({ length: workerCount }, () => startWorker(url)));
  let connections = 0;
  for (let isOver = false; !isOver; await wait(POLL_MS)) {
    const { left, opened } = await look(admin);
    connections = Math.max(connections, opened);
    isOver = left === 0;
  }
  const after = readCpu(workers, backend);
  const measuredSeconds = (performance.now() - startedAt) / 1_000;
  const peakMegabytes = Math.max(...workers.map(({ pid }) => peakMegabytesOf(pid)));
  await Promise.all(workers.map(end));
  const ends = await admin.query<{ seconds: number }>(
    `select extract(epoch from max(finished_at) - $1)::float8 as seconds
       from ${RUNS} group by org_id order by 1`,
    [begin],
  );
  const seconds = ends.rows.map((row) => row.seconds);
  return {
    measuredSeconds,
    workers: after.workers,
    postgres: after.postgres - before.postgres,
    stores: after.stores - before.stores,
    machine: after.machine - before.machine,
    connections,
    peakMegabytes,
    seconds: seconds.at(-1) ?? Number.NaN,
    median: seconds[Math.floor(seconds.length / 2)] ?? Number.NaN,
    alone: aloneSeconds(),
  };
}

/** Requests of a store that follow each other, at its pace; two are in flight only after five good pages. */
function aloneSeconds(): number {
  const pages = Math.ceil(fleet.customers / 99);
  return (Math.min(pages, 6) + Math.max(0, pages - 6) / 2) * 0.43;
}

async function look(admin: Client): Promise<{ left: number; opened: number }> {
  const { rows } = await admin.query<{ left: number; opened: number }>(
    `select (select count(*)::int from ${RUNS} where run.state <> 'done') as left,
            (select count(*)::int from pg_stat_activity
              where datname = current_database() and application_name in
                ('mantis-worker', 'mantis-heartbeat', 'mantis-jobs')) as opened`,
  );
  return rows[0] ?? { left: 0, opened: 0 };
}

function readCpu(workers: readonly ChildProcess[], backend: number) {
  return {
    workers: workers.map(({ pid }) => cpuOfProcess(pid)),
    postgres: cpuOfPostgres(backend),
    stores: cpuOfProcess(stores.pid),
    machine: cpuOfMachine(),
  };
}

function describe(workerCount: number, usage: Usage): string {
  const worker = usage.workers.reduce((sum, cpu) => sum + cpu, 0);
  const own = (worker + usage.postgres + usage.stores) / 1e6;
  const others = Math.max(0, usage.machine / 1e6 - own) / usage.measuredSeconds;
  const cores = Math.max(0.1, availableParallelism() - others);
  const bound = Math.max(usage.alone, Math.max(...usage.workers) / 1e6, own / cores);
  const customers = (fleet.stores - fleet.slow - fleet.down) * fleet.customers;
  const perCustomer = (cpu: CpuMicroseconds) => (cpu / customers).toFixed(0);
  return [
    `\n${workerCount} ${workerCount === 1 ? 'worker' : 'workers'}: ${usage.seconds.toFixed(1)} s, ` +
      `${(customers / usage.seconds).toFixed(0)} customers/s, other programs took ${others.toFixed(1)} cores`,
    `  CPU per customer in µs: workers ${perCustomer(worker)}, postgres ${perCustomer(usage.postgres)}, stores ${perCustomer(usage.stores)}`,
    `  bound ${bound.toFixed(1)} s (a store alone ${usage.alone.toFixed(1)} s, cores ${(own / cores).toFixed(1)} s)`,
    `fleet ${workerCount} wall/bound ${(usage.seconds / bound).toFixed(2)}`,
    `fleet ${workerCount} connections/worker ${(usage.connections / workerCount).toFixed(0)}`,
    `fleet ${workerCount} peak MB ${usage.peakMegabytes.toFixed(0)}`,
    `fleet ${workerCount} slowest/median ${(usage.seconds / usage.median).toFixed(2)}`,
  ].join('\n');
}

async function end(child: ChildProcess): Promise<void> {
  child.kill();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
