import { randomBytes, randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import {
  type Caller,
  createOrganisationService,
  createScheduleService,
  createStoreService,
  createSyncService,
  createSyncWorker,
  DEFAULT_RUN_SETTINGS,
  isTerminal,
  type Keyring,
  type OrganisationService,
  parseKeyring,
  type RunKind,
  type RunSettingsOverrides,
  type RunStatus,
  type ScheduleService,
  type StartableKind,
  type StoreService,
  type SyncService,
  type SyncWorker,
  type SyncWorkerOptions,
} from '@mantis-sync/sync-core';
import { freezeClock, type FrozenClock } from './freeze-clock.ts';
import type { Gateway } from './open-gateway.ts';
import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import { createWooSim, type WooSim, type WooSimOptions } from '@mantis-sync/woo-sim';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';

/** One store and a worker in this process, without a scheduler: the test drives each run to its end. */
export interface OpenStore {
  db: TestDatabase;
  sim: WooSim;
  /** The schedule's clock, which is frozen while no run waits. */
  clock: FrozenClock;
  caller: Caller;
  sync: SyncService;
  stores: StoreService;
  schedules: ScheduleService;
  organisations: OrganisationService;
  worker: SyncWorker;
  keyring: Keyring;
  /** The text of the key ring. */
  secretKeys: string;
  storeId: string;
  /** Starts a run and works on it until it ends. */
  run(kind: StartableKind, settings?: RunSettingsOverrides): Promise<RunStatus>;
  /** Works on a run until it ends or its store is paused. */
  drive(runId: string): Promise<RunStatus>;
  /** Requests to the store during `act`. */
  requestsOf(act: () => Promise<unknown>): Promise<number>;
  /** The newest run of a kind. */
  newest(kind: RunKind): Promise<RunStatus | undefined>;
}

/** How far the clock advances while a run waits, in milliseconds. */
const IDLE_STEP_MS = 2_000;

export interface OpenStoreOptions extends WooSimOptions {
  /** PEM of an additional certificate authority. */
  ca?: string;
  /** Timeouts of requests to the store. */
  timeouts?: SyncWorkerOptions['timeouts'];
  /** A proxy between us and the store. */
  gateway?: Gateway;
  /** A database with its clock that outlive the store; a new one by default. */
  on?: ClockedDatabase | undefined;
}

/** A database and its schedule's clock. */
export interface ClockedDatabase {
  db: TestDatabase;
  clock: FrozenClock;
}

export async function createClockedDatabase(): Promise<ClockedDatabase> {
  const db = await createTestDatabase();
  return { db, clock: await freezeClock(db.admin) };
}

/** One database for all stores of a file, each in an organisation of its own; the invariants are checked at the end. */
export function shareDatabase(): () => ClockedDatabase {
  let shared: ClockedDatabase | undefined;
  beforeAll(async () => {
    shared = await createClockedDatabase();
  });
  afterAll(() => shared && dropSound(shared.db));
  return () => {
    if (!shared) throw new Error('There is no shared database before the first test.');
    return shared;
  };
}

/** Removes a database in which every invariant holds. */
async function dropSound(db: TestDatabase): Promise<void> {
  const broken = await findBrokenInvariants(db.admin);
  await db.drop();
  expect(broken).toEqual({});
}

export async function openStore({
  ca,
  timeouts,
  gateway,
  on,
  ...options
}: OpenStoreOptions = {}): Promise<OpenStore> {
  const [{ db, clock }, sim] = await Promise.all([
    on ?? createClockedDatabase(),
    createWooSim({
      pretendHttps: true,
      guests: 0,
      ...(gateway && { homeUrl: gateway.url }),
      ...options,
    }),
  ]);
  gateway?.leadTo(sim.url);
  const orgId = randomUUID();
  await db.admin.query(`insert into organization (id, name, slug) values ($1, 'Org', $2)`, [
    orgId,
    `org-${orgId}`,
  ]);
  const caller: Caller = { orgId, actor: { type: 'user', id: randomUUID(), name: 'Ada' } };
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const keyring = parseKeyring(secretKeys);
  const deps = { database: db.database, keyring, allowHosts: ['127.0.0.1'], ca };
  const sync = createSyncService({ database: db.database, defaults: DEFAULT_RUN_SETTINGS });
  const stores = createStoreService({ ...deps, defaults: DEFAULT_RUN_SETTINGS });
  const worker = createSyncWorker({
    ...deps,
    timeouts,
    worker: { id: 'worker-of-the-test', host: 'test', version: '0' },
  });
  await worker.heartbeat();
  const { id: storeId } = await stores.connect(caller, {
    name: 'Shop',
    url: gateway?.url ?? sim.url,
    ...sim.defaultCredentials,
  });
  onTestFinished(async () => {
    await worker.close();
    await sim.close();
    if (!on) await dropSound(db);
  });

  async function drive(runId: string): Promise<RunStatus> {
    const job = { orgId, runId };
    const signal = new AbortController().signal;
    let revision = -1;
    for (let turn = 0; turn < 2_000; turn++) {
      const run = await sync.status(caller, { runId });
      if (isTerminal(run.state) || run.phase === 'paused') return run;
      // Nothing changed: the run waits for its store, or for a retry.
      if (run.revision === revision) await clock.advance(IDLE_STEP_MS);
      revision = run.revision;
      await worker.discover(job, signal);
      await worker.process(job, signal);
    }
    throw new Error('the run does not end');
  }

  return {
    db,
    sim,
    clock,
    caller,
    sync,
    stores,
    schedules: createScheduleService(deps),
    organisations: createOrganisationService({ ...deps, defaultRetentionDays: 30 }),
    worker,
    keyring,
    secretKeys,
    storeId,
    drive,
    async run(kind, settings) {
      const { run } = await sync.start(caller, { storeId, kind, settings });
      return drive(run.runId);
    },
    async requestsOf(act) {
      const before = sim.requests.length;
      await act();
      return sim.requests.length - before;
    },
    async newest(kind) {
      const { items } = await sync.list(caller, { storeId, kinds: [kind], limit: 1 });
      return items[0];
    },
  };
}
