/**
 * Measures how old the data is: from a change in the store to the change in our table, by webhooks, with
 * the whole product running (store, API, worker), and the number of requests to the store.
 *
 *   npx -y pnpm@12 bench:staleness                              20,000 customers, 1 % changed a minute, for 10 minutes
 *   npx -y pnpm@12 bench:staleness --speed 10 --lost 0.05       ten times as fast, 5 % of the changes without a webhook
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createDatabase } from '@mantis-sync/db';
import { startEmbeddedPostgres } from '@mantis-sync/dev-postgres';
import { createSyncService, DEFAULT_RUN_SETTINGS, isTerminal } from '@mantis-sync/sync-core';
import { freePort } from '@mantis-sync/test/free-port.ts';
import { createWooSim } from '@mantis-sync/woo-sim';
import { callerOf, freshDatabase, SECRET_KEYS, setStage, startProgram } from './stage.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '10' },
    /** Speed relative to 1 % a minute; the measured times are real. */
    speed: { type: 'string', default: '1' },
    /** Share of changes without a webhook. */
    lost: { type: 'string', default: '0' },
  },
});
const customers = Number(values.customers);
const changes = Math.round(customers * 0.01 * Number(values.minutes));
const gapMs = 60_000 / (customers * 0.01 * Number(values.speed));

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });
// Like the recorded store: 80 ms, and 3.5 ms a customer, two at a time.
const answers: number[] = [];
const store = await createWooSim({
  customers,
  latency: 'real',
  pretendHttps: true,
  deliverAfterMs: 500,
  postDelivery: post,
});
const { url, admin, drop } = await freshDatabase(postgres);
const stage = await setStage(url, store.url);
const port = await freePort();
const env = {
  DATABASE_URL: url,
  MANTIS_SECRET_KEYS: SECRET_KEYS,
  MANTIS_ALLOW_STORE_HOSTS: new URL(store.url).host,
  MANTIS_WEBHOOK_URL: `http://127.0.0.1:${port}`,
  PORT: String(port),
  LOG_LEVEL: 'warn',
};
const api = await startProgram('../../apps/api/src/main.ts', env);
const worker = await startProgram('../../apps/worker/src/main.ts', env);
const database = createDatabase({ url, max: 2 });
const sync = createSyncService({ database, defaults: DEFAULT_RUN_SETTINGS });
try {
  const full = await requestsOf(() => run('full'));
  const delta = await requestsOf(() => run('delta'));
  console.log(
    `${customers.toLocaleString('en')} customers; a full walk: ${full} requests, a delta with nothing new: ${delta}`,
  );
  while (store.webhooks.all.length < 3) await wait(100);

  const changed = new Map<string, number>();
  const during = await requestsOf(async () => {
    for (let change = 0; change < changes; change++) {
      const name = `Change ${change}`;
      const silent = (change * 0.618_034) % 1 < Number(values.lost);
      const id = 1 + ((change * 7_919) % customers);
      store.customers.update(id, { first_name: name }, { silent });
      if (!silent) changed.set(name, Date.now());
      await wait(gapMs);
    }
    await wait(5_000);
  });
  const { rows } = await admin.query(
    `select change->>'to' as name, at from customer_change, jsonb_array_elements(changes) change
      where change->>'field' = 'first_name' and source = 'webhook'`,
  );
  const ages = rows
    .flatMap(({ name, at }) =>
      changed.has(name) ? [at.getTime() - (changed.get(name) as number)] : [],
    )
    .toSorted((a, b) => a - b);
  console.log(
    `${changes} changes, one every ${Math.round(gapMs)} ms; ${changed.size} with a webhook, ${ages.length} of them arrived\n` +
      `  staleness: p50 ${percentile(ages, 0.5)} ms, p99 ${percentile(ages, 0.99)} ms, most ${ages.at(-1)} ms\n` +
      `  deliveries answered in: p50 ${percentile(answers, 0.5)} ms, p99 ${percentile(answers, 0.99)} ms\n` +
      `  requests to the store: ${during} (${(during / changes).toFixed(2)} a change)`,
  );
  const reconcile = await requestsOf(() => run('reconcile'));
  const { rows: missed } = await admin.query('select last_missed from store_freshness');
  console.log(
    `  the next reconcile: ${reconcile} requests, found ${JSON.stringify(missed[0].last_missed)}`,
  );
} finally {
  for (const child of [worker, api]) {
    child.kill();
    await new Promise((resolve) => child.once('exit', resolve));
  }
  await database.close();
  await store.close();
  await drop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function run(kind: 'full' | 'delta' | 'reconcile'): Promise<void> {
  const caller = callerOf(stage.orgId);
  let { run: status } = await sync.start(caller, { storeId: stage.storeId, kind });
  while (!isTerminal(status.state)) {
    await wait(50);
    status = await sync.status(caller, { runId: status.runId });
  }
  if (status.state !== 'done')
    throw new Error(`the ${kind} ended ${status.state}: ${status.phaseText}`);
}

/** Requests for customers during `act`. */
async function requestsOf(act: () => Promise<void>): Promise<number> {
  const before = store.requests.at(-1)?.n ?? 0;
  await act();
  return store.requests.filter(({ n, path }) => n > before && !path.includes('/webhooks')).length;
}

/** Delivers as the store does, and measures the response time. */
async function post(
  target: string,
  headers: Record<string, string>,
  body: string,
): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(target, { method: 'POST', headers, body });
  await response.text();
  answers.push(Math.round(performance.now() - startedAt));
  return response.status;
}

function percentile(times: readonly number[], share: number): number | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
