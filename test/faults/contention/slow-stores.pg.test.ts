import { randomBytes, randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import {
  type Caller,
  createStoreService,
  createSyncService,
  DEFAULT_RUN_SETTINGS,
  isTerminal,
  parseKeyring,
  type SyncService,
} from '@mantis-sync/sync-core';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import { expect, onTestFinished, test } from 'vitest';
import { startWorker } from '../../support/start-worker.ts';
import { until } from '../../support/until.ts';

const SLOW_STORES = 16;

test('P1: sixteen stores that never answer delay no run of another organisation', async () => {
  const db = await createTestDatabase();
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const sync = createSyncService({ database: db.database, defaults: DEFAULT_RUN_SETTINGS });
  const [slow, other] = [await addOrganisation(db), await addOrganisation(db)];
  const silent = await openShops(SLOW_STORES, 10);
  const slowRuns = await startRuns(db, sync, secretKeys, slow, silent);
  const worker = await startWorker({ databaseUrl: db.url, secretKeys });
  onTestFinished(async () => {
    await worker.kill();
    await db.drop();
  });
  for (const shop of silent) await until('a request that stays open', () => isAsked(shop));

  const [run] = await startRuns(db, sync, secretKeys, other, await openShops(1, 797));
  const end = await until('the end of the other run', async () => {
    const status = await sync.status(other, { runId: run as string });
    return isTerminal(status.state) && status;
  });

  expect(end).toMatchObject({ state: 'done', counts: { done: 797 } });
  // It did not wait for any of them: all are still asking for their first page.
  for (const runId of slowRuns) {
    const status = await sync.status(slow, { runId });
    expect(status).toMatchObject({ state: 'processing', counts: { total: 0 } });
  }
});

async function openShops(count: number, customers: number): Promise<WooSim[]> {
  const shops = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      createWooSim({ customers, guests: 0, seed: index + 1 }),
    ),
  );
  onTestFinished(async () => void (await Promise.all(shops.map((shop) => shop.close()))));
  return shops;
}

/** Connects the shops while they answer, and starts a run of each; those of ten customers fall silent. */
async function startRuns(
  db: TestDatabase,
  sync: SyncService,
  secretKeys: string,
  caller: Caller,
  shops: readonly WooSim[],
): Promise<string[]> {
  const stores = createStoreService({
    database: db.database,
    keyring: parseKeyring(secretKeys),
    defaults: DEFAULT_RUN_SETTINGS,
    allowHosts: ['127.0.0.1'],
  });
  return Promise.all(
    shops.map(async (shop) => {
      const { id: storeId } = await stores.connect(caller, {
        name: `Shop ${shop.url}`,
        url: shop.url,
        ...shop.defaultCredentials,
      });
      if (shop.customers.size < 100)
        shop.faults.add({ route: '/wc/v3/customers', fault: { kind: 'never' } });
      return (await sync.start(caller, { storeId })).run.runId;
    }),
  );
}

async function addOrganisation({ admin }: TestDatabase): Promise<Caller> {
  const orgId = randomUUID();
  await admin.query(
    "insert into organization (id, name, slug) values ($1::uuid, 'Org', $1::uuid::text)",
    [orgId],
  );
  return { orgId, actor: { type: 'user', id: randomUUID(), name: 'Ada' } };
}

const isAsked = ({ requests }: WooSim) => requests.some(({ faults }) => faults.includes('never'));
