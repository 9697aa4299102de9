import { randomBytes, randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import {
  type Caller,
  createStoreService,
  createSyncService,
  DEFAULT_RUN_SETTINGS,
  isTerminal,
  parseKeyring,
  type RunStatus,
  type SyncService,
} from '@mantis-sync/sync-core';
import { createWooSim, type Fault, type WooSim } from '@mantis-sync/woo-sim';
import { expect, onTestFinished, test } from 'vitest';
import { startWorker } from '../../support/start-worker.ts';
import { storeInput } from '../../support/store-input.ts';
import { until } from '../../support/until.ts';

/** What slow stores do with each request for customers, until they may answer. */
const SLOWNESS: Record<string, (released: Promise<void>) => Fault> = {
  late: (released) => ({ kind: 'hook', run: () => released }),
  never: () => ({ kind: 'never' }),
  'a byte a second': () => ({ kind: 'drip', bytes: 1, everyMs: 1_000 }),
};

const CASES = Object.keys(SLOWNESS).flatMap((slowness) =>
  [5, 16].map((stores) => ({ stores, slowness })),
);

test.each(CASES)(
  '$stores stores that answer $slowness delay no run of another organisation (P1)',
  async ({ stores, slowness }) => {
    const db = await createTestDatabase();
    const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
    const sync = createSyncService({ database: db.database, defaults: DEFAULT_RUN_SETTINGS });
    const [slow, other] = [await addOrganisation(db), await addOrganisation(db)];
    const released = Promise.withResolvers<void>();
    const sims = await openStores(stores, 10);
    const slowRuns = await startRuns(db, sync, secretKeys, slow, sims, () =>
      SLOWNESS[slowness]?.(released.promise),
    );
    const worker = await startWorker({ databaseUrl: db.url, secretKeys });
    onTestFinished(async () => {
      released.resolve();
      await worker.kill();
      await db.drop();
    });
    for (const sim of sims) await until('a request that stays open', () => isAsked(sim));

    const [run] = await startRuns(db, sync, secretKeys, other, await openStores(1, 797));
    const end = await untilEnd(sync, other, run as string);

    expect(end).toMatchObject({ state: 'done', counts: { done: 797 } });
    // It did not wait for any of them: none has returned its customers.
    for (const runId of slowRuns) {
      const status = await sync.status(slow, { runId });
      expect(status).toMatchObject({ state: 'processing', counts: { total: 0 } });
    }
    if (slowness !== 'late') return;
    released.resolve();
    for (const runId of slowRuns)
      expect(await untilEnd(sync, slow, runId)).toMatchObject({
        state: 'done',
        counts: { done: 10 },
      });
  },
);

function untilEnd(sync: SyncService, caller: Caller, runId: string): Promise<RunStatus> {
  return until('the end of a run', async () => {
    const status = await sync.status(caller, { runId });
    return isTerminal(status.state) && status;
  });
}

async function openStores(count: number, customers: number): Promise<WooSim[]> {
  const sims = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      createWooSim({ customers, guests: 0, seed: index + 1 }),
    ),
  );
  onTestFinished(async () => void (await Promise.all(sims.map((sim) => sim.close()))));
  return sims;
}

/** Connects the stores while they answer well, and starts a run of each. */
async function startRuns(
  db: TestDatabase,
  sync: SyncService,
  secretKeys: string,
  caller: Caller,
  sims: readonly WooSim[],
  faultOf: () => Fault | undefined = () => undefined,
): Promise<string[]> {
  const stores = createStoreService({
    database: db.database,
    keyring: parseKeyring(secretKeys),
    defaults: DEFAULT_RUN_SETTINGS,
    allowHosts: ['127.0.0.1'],
  });
  return Promise.all(
    sims.map(async (sim) => {
      const { id: storeId } = await stores.connect(caller, storeInput(sim, `Shop ${sim.url}`));
      const fault = faultOf();
      if (fault) sim.faults.add({ route: '/wc/v3/customers', fault });
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

const isAsked = ({ faults }: WooSim) => faults.added.some(({ hits }) => hits > 0);
