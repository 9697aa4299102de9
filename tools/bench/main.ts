/**
 * Measures the cost per customer, compared with the minimum that any sync needs.
 *
 *   npx -y pnpm@12 bench                                      10,000 customers, 0 ms a page, under five minutes
 *   npx -y pnpm@12 bench --customers 100000 --latency 300     other sizes and stores; both may be repeated
 *   npx -y pnpm@12 bench --way floor --way first              some of the ways
 *
 * The ways, over the same pages of the same simulated store, each in a process and a database of its own:
 *   walk       fetch and parse the pages, store nothing
 *   floor      fetch, parse, map, hash, bulk upsert into a table with its primary key and nothing else
 *   job        one graphile-worker job per customer, with local queue and batched completion
 *   naive      upsert row by row
 *   first      Mantis Sync: discovery, lines, history, log, search, by a real worker
 *   unchanged  its second run, in which nothing has changed
 *
 * CPU is user and system time, in microseconds per customer, of all processes of PostgreSQL and of the
 * process that does the work: it depends on the load of the machine far less than seconds do.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@mantis-sync/dev-postgres';
import {
  type Bench,
  type Measured,
  measureLoop,
  measureMantis,
  type Way,
  WAYS,
} from './measure.ts';
import { startStore } from './stage.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', multiple: true, default: ['10000'] },
    latency: { type: 'string', multiple: true, default: ['0'] },
    way: { type: 'string', multiple: true, default: [...WAYS] },
  },
});

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });
try {
  for (const latencyMs of values.latency.map(Number)) {
    for (const customers of values.customers.map(Number)) await bench(customers, latencyMs);
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function bench(customers: number, latencyMs: number): Promise<void> {
  console.log(
    `\n${customers.toLocaleString('en')} customers, ${latencyMs} ms a page; CPU in µs and WAL in bytes per customer\n` +
      '  way        customers/s       s   cpu postgres  worker    wal   peak MB',
  );
  const store = await startStore({ customers: String(customers), latency: `${latencyMs},0` });
  const results = new Map<Way, Measured>();
  const report = (way: Way, measured: Measured) => {
    results.set(way, measured);
    console.log(describe(way, measured));
  };
  const subject: Bench = { postgres, storeUrl: store.url, customers };
  const ways = new Set(values.way as Way[]);
  try {
    for (const way of ['walk', 'floor', 'job', 'naive'] as const)
      if (ways.has(way)) report(way, await measureLoop(way, subject));
    if (ways.has('first') || ways.has('unchanged')) {
      const { first, unchanged } = await measureMantis(subject);
      report('first', first);
      report('unchanged', unchanged);
    }
  } finally {
    store.stop();
  }
  console.log(`\n${compare(results)}`);
}

function describe(way: Way, result: Measured): string {
  const column = (value: number, width: number, digits = 0) =>
    value.toFixed(digits).padStart(width);
  return (
    `  ${way.padEnd(10)}${column(result.customersPerSecond, 12)}${column(result.seconds, 8, 1)}` +
    `${column(result.postgresMicroseconds, 15)}${column(result.workerMicroseconds, 8)}` +
    `${column(result.walBytes, 7)}${column(result.peakMegabytes, 10)}`
  );
}

/** The lines that other programs read. Those whose ways were not measured are left out. */
function compare(results: ReadonlyMap<Way, Measured>): string {
  const [first, unchanged, floor, job] = (['first', 'unchanged', 'floor', 'job'] as const).map(
    (way) => results.get(way),
  );
  const ratio = (name: string, value: number | undefined | false, digits = 2) =>
    typeof value === 'number' ? [`${name} ${value.toFixed(digits)}`] : [];
  return [
    ...ratio('cpu first/floor', first && floor && cpu(first) / cpu(floor)),
    ...ratio('cpu unchanged/floor', unchanged && floor && cpu(unchanged) / cpu(floor)),
    ...ratio('wal first', first?.walBytes, 0),
    ...ratio('wal unchanged', unchanged?.walBytes, 0),
    ...ratio('rate first/job', first && job && first.customersPerSecond / job.customersPerSecond),
  ].join('\n');
}

function cpu({ postgresMicroseconds, workerMicroseconds }: Measured): number {
  return postgresMicroseconds + workerMicroseconds;
}
