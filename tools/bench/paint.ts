/**
 * Measures the page of a run while it runs, in a real Chromium: how long a batch takes from its commit to
 * its number on the screen, what the page costs the machine, and whether it grows.
 *
 *   npx -y pnpm@12 bench:paint                                 100,000 customers of a store as slow as a real one
 *   npx -y pnpm@12 bench:paint --customers 10000 --updates 2000
 *   npx -y pnpm@12 bench:paint --watchers 200 --runs 50        beside 199 other streams and 49 other runs
 *
 * The time of a commit is PostgreSQL's own (`track_commit_timestamp`), that of a number is the frame after
 * the one in which it is painted; both are clocks of this machine.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@mantis-sync/dev-postgres';
import { isTerminal } from '@mantis-sync/sync-core';
import { defaultCredentials } from '@mantis-sync/woo-sim';
import type { Client } from 'pg';
import { openBrowser } from '../../apps/web/test/open-browser.ts';
import { startStack } from '../../test/support/start-stack.ts';
import { runBeside, watchBeside } from './crowd.ts';
import { freshDatabase, startProgram, startStore } from './stage.ts';
import { watchPage, type WatchedPage } from './watch-page.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '100000' },
    /** Latency of the simulated store; `real` is 80 ms and 3.5 ms a customer, two requests at a time. */
    latency: { type: 'string', default: 'real' },
    /** Streams of the run: that of the page, and others beside it. */
    watchers: { type: 'string', default: '1' },
    /** Runs at the same time, each of a store of its own; the page shows the first. */
    runs: { type: 'string', default: '1' },
    /** Number of updates to display, to see whether the page grows. */
    updates: { type: 'string', default: '3000' },
  },
});
const warmUpdates = 1_000;
/** Of each store whose run is not shown. */
const otherCustomers = 2_000;
/** The API's minimum interval between reads, so that no updates are merged in this measurement. */
const pace = { gapMs: 100, recheckMs: 30_000 };

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-bench-'));
const postgres = await startEmbeddedPostgres({
  dataDir,
  settings: { track_commit_timestamp: 'on' },
});
const { url, admin, drop } = await freshDatabase(postgres);
const store = await startStore(values);
const stack = await startStack(url, {}, { pace, withoutWorker: true });
const worker = await startProgram('../../apps/worker/src/main.ts', {
  DATABASE_URL: url,
  MANTIS_SECRET_KEYS: stack.secretKeys,
  MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
  LOG_LEVEL: 'warn',
});
const browser = await openBrowser();
let endStores = () => {};
try {
  console.log(
    `${Number(values.customers).toLocaleString('en')} customers, ${cpus().length} cores, ` +
      `load ${loadavg()[0]?.toFixed(1)} before`,
  );
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(await stack.signInLink());
  const { id: storeId } = await stack.stores.connect(stack.caller, {
    name: 'Main shop',
    url: store.url,
    ...defaultCredentials,
  });
  endStores = await runBeside(stack, url, {
    runs: Number(values.runs) - 1,
    customers: otherCustomers,
  });
  const { run } = await stack.sync.start(stack.caller, { storeId });
  await page.goto(`${stack.url}/runs/${run.runId}`);
  const watched = await watchPage(browser, page);
  const endStreams = await watchBeside(page, run.runId, Number(values.watchers) - 1);
  await measureRun(watched, run.runId);
  endStreams();
  pace.gapMs = 0;
  await page.reload();
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
  await measureGrowth(watched, run.runId);
} finally {
  await browser.close();
  worker.kill();
  await once(worker, 'exit');
  await stack.close();
  store.stop();
  endStores();
  await drop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measureRun(page: WatchedPage, runId: string): Promise<void> {
  await page.watchNumber();
  await wait(2_000);
  const before = { ...(await page.cpuSeconds()), at: performance.now(), events: page.events() };
  const early = await page.size();
  let run = await stack.sync.status(stack.caller, { runId });
  while (!isTerminal(run.state)) {
    await wait(1_000);
    run = await stack.sync.status(stack.caller, { runId });
  }
  const after = { ...(await page.cpuSeconds()), at: performance.now(), events: page.events() };
  const seconds = (after.at - before.at) / 1_000;
  await wait(1_000);
  const late = await page.size();
  const ages = agesOf(await batchesOf(admin, runId), await page.paintedNumbers());
  const share = (name: 'page' | 'all') =>
    `${(((after[name] - before[name]) / seconds) * 100).toFixed(1)} %`;
  console.log(
    `${run.state} in ${seconds.toFixed(0)} s, ${Math.round(run.counts.done / seconds)} customers/s, ` +
      `${((after.events - before.events) / seconds).toFixed(1)} updates/s, load ${loadavg()[0]?.toFixed(1)}\n` +
      `  commit to paint, of ${ages.length} batches: p50 ${percentile(ages, 0.5)} ms, ` +
      `p99 ${percentile(ages, 0.99)} ms, most ${ages.at(-1)} ms\n` +
      `  of one core: page ${share('page')}, whole browser ${share('all')}\n` +
      `  at its beginning ${early}\n  at its end       ${late}`,
  );
}

/** Changes the finished run, as batches do, until the page received this many updates. */
async function measureGrowth(page: WatchedPage, runId: string): Promise<void> {
  await tell(page, runId, warmUpdates);
  const early = await page.size();
  const startedAt = performance.now();
  await tell(page, runId, Number(values.updates));
  const seconds = (performance.now() - startedAt) / 1_000;
  const late = await page.size();
  console.log(
    `${Number(values.updates).toLocaleString('en')} updates more, in ${seconds.toFixed(0)} s\n` +
      `  after ${warmUpdates.toLocaleString('en')}      ${early}\n  after all of them ${late}`,
  );
}

async function tell(page: WatchedPage, runId: string, updates: number): Promise<void> {
  const until = page.events() + updates;
  while (page.events() < until) {
    await admin.query(
      `with run as (
         update woo_customer_sync_queue set activity_seq = activity_seq + 1
          where id = $1 returning id, org_id, store_id, activity_seq)
       insert into woo_sync_activity
         (org_id, store_id, queue_id, seq, level, event, message, actor_type)
       select org_id, store_id, id, activity_seq, 'info', 'bench.update', 'Update ' || activity_seq, 'system'
         from run`,
      [runId],
    );
    await admin.query('select mantis.notify_run_changed($1)', [runId]);
    await wait(4);
  }
}

interface AppliedBatch {
  /** Customers completed with this commit. */
  completed: number;
  /** Time of the commit, in milliseconds since 1970. */
  at: number;
}

async function batchesOf(client: Client, runId: string): Promise<AppliedBatch[]> {
  const { rows } = await client.query(
    `select sum((data->>'lines')::int - (data->>'retrying')::int) over (order by seq)::int as completed,
            extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
       from woo_sync_activity where queue_id = $1 and event = 'batch.applied' order by seq`,
    [runId],
  );
  return rows;
}

/** Age of each batch when it, or a later one, was painted; batches before the first number are skipped. */
function agesOf(
  batches: readonly AppliedBatch[],
  painted: readonly { value: number; at: number }[],
): number[] {
  const first = painted[0]?.value ?? 0;
  return batches
    .filter(({ completed }) => completed > first)
    .flatMap(({ completed, at }) => {
      const shown = painted.find(({ value }) => value >= completed);
      return shown ? [Math.round(shown.at - at)] : [];
    })
    .toSorted((a, b) => a - b);
}

function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
