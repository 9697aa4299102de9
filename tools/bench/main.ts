/**
 * Measures a full sync against the least that any sync has to do.
 *
 *   npx -y pnpm@12 bench                                   10,000 and 100,000 customers, 0 and 300 ms a page
 *   npx -y pnpm@12 bench --customers 10000 --latency 0     one of them
 *
 * Four ways over the same pages of the same simulated store, each in a process and a database of its own:
 *   walk    fetch the pages, store nothing
 *   floor   fetch the pages and bulk-upsert them: no queue, no log, no resuming
 *   mantis  Mantis Sync whole, by a real worker: discovery, lines, batches, activity, NOTIFY
 *   naive   the loop that upserts row by row
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@mantis-sync/db';
import { type Measured, measure, WAYS, type Way } from './measure.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', multiple: true, default: ['10000', '100000'] },
    latency: { type: 'string', multiple: true, default: ['0', '300'] },
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
  console.log(`\n${customers.toLocaleString('en')} customers, ${latencyMs} ms a page`);
  const store = await startStore(customers, latencyMs);
  const results = new Map<Way, Measured>();
  try {
    for (const way of values.way as Way[]) {
      const result = await measure(way, { postgres, storeUrl: store.url, customers });
      results.set(way, result);
      console.log(describe(way, result));
    }
  } finally {
    store.stop();
  }
  compare(results, 'floor');
  compare(results, 'walk');
}

function compare(results: ReadonlyMap<Way, Measured>, other: Way): void {
  const [mantis, base] = [results.get('mantis'), results.get(other)];
  if (!mantis || !base) return;
  console.log(
    `  mantis / ${other}: ${(mantis.customersPerSecond / base.customersPerSecond).toFixed(2)}`,
  );
}

function describe(way: Way, result: Measured): string {
  return (
    `  ${way.padEnd(7)}${Math.round(result.customersPerSecond).toString().padStart(7)} customers/s` +
    `${result.seconds.toFixed(1).padStart(8)} s` +
    `${Math.round(result.peakMegabytes).toString().padStart(6)} MB peak` +
    `${Math.round(result.walBytesPerCustomer).toString().padStart(7)} B WAL a customer`
  );
}

/** The store is a process of its own, as a real one would be. */
async function startStore(
  customers: number,
  latencyMs: number,
): Promise<{ url: string; stop(): void }> {
  const program = join(import.meta.dirname, '../../packages/woo-sim/src/main.ts');
  const child = fork(program, {
    env: { ...process.env, PORT: '0', CUSTOMERS: String(customers), LATENCY: `${latencyMs},0` },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = await new Promise<{ url: string }>((resolve) => {
    child.once('message', (message) => resolve(message as { url: string }));
  });
  return { url: ready.url, stop: () => child.kill() };
}
