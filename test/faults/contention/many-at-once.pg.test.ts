import { randomBytes, randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import {
  type Caller,
  createStoreService,
  createSyncService,
  DEFAULT_RUN_SETTINGS,
  isTerminal,
  parseKeyring,
} from '@mantis-sync/sync-core';
import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import { expect, onTestFinished, test } from 'vitest';
import { createApiClient } from '../../support/api-client.ts';
import { startApi } from '../../support/start-api.ts';
import { startWorker } from '../../support/start-worker.ts';
import { storeInput } from '../../support/store-input.ts';
import { until } from '../../support/until.ts';
import { watchRun } from '../../support/watch-run.ts';

const WORKERS = 8;
const ORGANISATIONS = 20;
const RUNS = 50;
const CUSTOMERS = 400;
/** Slow stores: each run needs several time slices. */
const latency = { bootMs: 150, perCustomerMs: 0 };
const settings = { pageSize: 20 };

test('8 workers, 20 organisations, 50 concurrent runs: all end, none starves, nothing deadlocks (F19, F75)', async () => {
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const { db, sims } = await openStores(RUNS / 2);
  const deps = {
    database: db.database,
    keyring: parseKeyring(secretKeys),
    defaults: DEFAULT_RUN_SETTINGS,
  };
  const stores = createStoreService({ ...deps, allowHosts: ['127.0.0.1'] });
  const sync = createSyncService(deps);
  const callers = await addOrganisations(db);

  const runs = await Promise.all(
    Array.from({ length: RUNS }, async (_, index) => {
      const caller = callers[index % ORGANISATIONS]!;
      // Each store is connected by two organisations, once by each.
      const sim = sims[index % sims.length]!;
      const { id: storeId } = await stores.connect(caller, storeInput(sim, `Shop ${index}`));
      const { run } = await sync.start(caller, { storeId, settings });
      return { caller, runId: run.runId };
    }),
  );
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () =>
      startWorker({ databaseUrl: db.url, secretKeys, concurrency: 1 }),
    ),
  );
  onTestFinished(async () => void (await Promise.all(workers.map((worker) => worker.kill()))));

  const unfair: string[] = [];
  await until(
    'the end of all runs',
    async () => {
      const { slowest, median } = await readProgress(db);
      // At the beginning all wait for the first pages, and a single batch makes the difference
      // to be compared: the second half counts, which starved runs reach last.
      if (median >= 0.5 && slowest < median / 3) unfair.push(`${slowest} of ${median}`);
      return slowest === 1;
    },
    120_000,
  );
  expect(unfair).toEqual([]);
  for (const { caller, runId } of runs) {
    const end = await until('the end of a run', async () => {
      const run = await sync.status(caller, { runId });
      return isTerminal(run.state) && run;
    });
    expect(end).toMatchObject({ state: 'done', counts: { total: CUSTOMERS, done: CUSTOMERS } });
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(await findBrokenInvariants(db.admin)).toEqual({});
  const { rows } = await db.admin.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

test('two API processes, 200 subscribers: each sees the end of its run', async () => {
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const { db, sims } = await openStores(4);
  const first = await startApi(db, secretKeys);
  const second = await startApi(db, secretKeys);
  const worker = await startWorker({ databaseUrl: db.url, secretKeys });
  onTestFinished(async () => {
    await worker.kill();
    await Promise.all([first.close(), second.close()]);
  });
  const app = createApiClient(first.url, first.appHeaders);
  const stores = await Promise.all(
    sims.map((sim, index) => app.store.connect.mutate(storeInput(sim, `Shop ${index}`))),
  );
  const runs = await Promise.all(
    stores.map(({ id: storeId }) => app.sync.start.mutate({ storeId, settings })),
  );
  const watched = Array.from({ length: 200 }, (_, index) => {
    const { url } = index % 2 === 0 ? first : second;
    const runId = runs[index % runs.length]?.run.runId ?? '';
    // One key, and one person, may have 50 streams of a process open.
    const headers = index % 4 < 2 ? first.appHeaders : first.personHeaders;
    return watchRun(createApiClient(url, headers), runId);
  });
  try {
    const ends = await Promise.all(
      watched.map((each) =>
        until('the end of a run', () => each.runs.find(({ state }) => state === 'done'), 60_000),
      ),
    );
    expect(ends.every(({ counts }) => counts.done === CUSTOMERS)).toBe(true);
  } finally {
    for (const each of watched) each.stop();
  }
});

async function openStores(count: number): Promise<{ db: TestDatabase; sims: WooSim[] }> {
  const db = await createTestDatabase();
  const sims = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      createWooSim({ customers: CUSTOMERS, guests: 0, seed: index + 1, latency }),
    ),
  );
  onTestFinished(async () => {
    await Promise.all(sims.map((sim) => sim.close()));
    await db.drop();
  });
  return { db, sims };
}

async function addOrganisations({ admin }: TestDatabase): Promise<Caller[]> {
  const callers = Array.from({ length: ORGANISATIONS }, (): Caller => ({
    orgId: randomUUID(),
    actor: { type: 'user', id: randomUUID(), name: 'Ada' },
  }));
  for (const { orgId } of callers)
    await admin.query(`insert into organization (id, name, slug) values ($1, 'Org', $2)`, [
      orgId,
      `org-${orgId}`,
    ]);
  return callers;
}

/**
 * The share of customers done, of the slowest organisation and of the median one.
 * Runs that a schedule starts meanwhile do not count.
 */
async function readProgress({ admin }: TestDatabase): Promise<{ slowest: number; median: number }> {
  const { rows } = await admin.query<{ part: number }>(
    `select sum(done_count)::float8 / (count(*) * $1) as part
       from woo_customer_sync_queue where kind = 'full' group by org_id order by 1`,
    [CUSTOMERS],
  );
  const parts = rows.map((row) => row.part);
  return { slowest: parts[0] ?? 0, median: parts[Math.floor(parts.length / 2)] ?? 0 };
}
