import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import { createWooSim, type WooSim, type WooSimOptions } from '@mantis-sync/woo-sim';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { createApiClient, type ApiClient, type RunStatus } from './api-client.ts';
import { type RunningApi, startApi, type StartApiOptions } from './start-api.ts';
import { startWorker, type WorkerProcess, type WorkerProcessOptions } from './start-worker.ts';
import { storeInput } from './store-input.ts';
import { until } from './until.ts';

/** The whole product for one test: database, API, store; workers are started by the test. */
export interface World {
  db: TestDatabase;
  sim: WooSim;
  /** Another app, with an API key. */
  app: ApiClient;
  /** An operator, with a session. */
  person: ApiClient;
  orgId: string;
  storeId: string;
  /** Address of the API, and headers of the app. */
  api: RunningApi;
  secretKeys: string;
  /** A further client of the app, as in another process. */
  anotherApp(): ApiClient;
  startWorker(options?: Partial<WorkerProcessOptions>): Promise<WorkerProcess>;
  /** The same world with one more store of the organisation. @param prepare before it is connected */
  connectStore(options?: WooSimOptions, prepare?: (sim: WooSim) => void): Promise<World>;
  /** The status of a run once it matches. */
  untilRun(
    runId: string,
    what: string,
    fits: (run: RunStatus) => boolean,
    deadlineMs?: number,
  ): Promise<RunStatus>;
  /** Kills the workers, checks the invariants, and removes everything. */
  close(): Promise<void>;
}

export interface WorldOptions extends WooSimOptions, Pick<StartApiOptions, 'deliveryLimits'> {
  webhooks?: boolean;
  secretKeys?: string;
  /** A database created by the test, such as one behind a proxy; dropped with the world. */
  db?: TestDatabase;
  /** How often the API polls without a notification, in milliseconds; an hour by default. */
  pollMs?: number;
}

/** Builds a world with one connected store for one test, and closes it at the end of the test. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld(options);
  onTestFinished(() => world.close());
  return world;
}

/** One world and one worker for all tests of a file, each of which connects a store of its own. */
export function shareWorld(
  options: WorldOptions = {},
  worker: Partial<WorkerProcessOptions> = {},
): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await startWorld({ customers: 1, ...options });
    await world.startWorker({ concurrency: 8, ...worker });
  });
  afterAll(() => world?.close());
  return () => {
    if (!world) throw new Error('There is no shared world before the first test.');
    return world;
  };
}

/** Builds a world; without `openWorld` or `shareWorld` the caller must close it. */
async function startWorld({
  webhooks = false,
  secretKeys = `k1:${randomBytes(32).toString('base64')}`,
  db: given,
  pollMs,
  deliveryLimits,
  ...options
}: WorldOptions = {}): Promise<World> {
  const [db, sim] = await Promise.all([
    given ?? createTestDatabase(),
    createWooSim({ pretendHttps: true, guests: 0, ...options }),
  ]);
  const api = await startApi(db, secretKeys, { pollMs, deliveryLimits });
  const app = createApiClient(api.url, api.appHeaders);
  const workers: WorkerProcess[] = [];
  const sims = [sim];

  async function connect(to: WooSim): Promise<string> {
    return (await app.store.connect.mutate(storeInput(to))).id;
  }

  const storeId = await connect(sim);
  const world: World = {
    db,
    sim,
    app,
    person: createApiClient(api.url, api.personHeaders),
    orgId: api.orgId,
    storeId,
    api,
    secretKeys,
    anotherApp: () => createApiClient(api.url, api.appHeaders),
    async startWorker(others = {}) {
      const worker = await startWorker({
        databaseUrl: db.url,
        secretKeys,
        webhookUrl: webhooks ? api.url : undefined,
        ...others,
      });
      workers.push(worker);
      return worker;
    },
    async connectStore(others = {}, prepare) {
      const another = await createWooSim({ pretendHttps: true, guests: 0, ...others });
      sims.push(another);
      prepare?.(another);
      return { ...world, sim: another, storeId: await connect(another) };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await Promise.all(sims.map((each) => each.close()));
      await api.close();
      const broken = await findBrokenInvariants(db.admin);
      await db.drop();
      expect(broken).toEqual({});
    },
    untilRun(runId, what, fits, deadlineMs) {
      const look = onChange(db, runId, () => app.sync.status.query({ runId }));
      return until(
        what,
        async () => {
          const run = await look();
          return run && fits(run) && run;
        },
        deadlineMs,
      );
    },
  };
  return world;
}

/** What is asked again although the row says nothing new, in milliseconds: parts of a status depend on the clock. */
const ASK_AGAIN_MS = 500;

/** Asks the API only after the row of a run has changed: a call costs ten times as much as a read of the row. */
function onChange<T>({ admin }: TestDatabase, runId: string, ask: () => Promise<T>) {
  let seen: number | undefined;
  let askedAt = 0;
  return async (): Promise<T | undefined> => {
    const { rows } = await admin.query<{ revision: number }>(
      'select revision from woo_customer_sync_queue where id = $1',
      [runId],
    );
    const revision = rows[0]?.revision;
    if (revision === seen && Date.now() - askedAt < ASK_AGAIN_MS) return undefined;
    [seen, askedAt] = [revision, Date.now()];
    return ask();
  };
}

/** Eight seconds without a heartbeat and a sweep every three; shorter than the lease of a minute. */
export const TAKEOVER_MS = 45_000;

export const isOver = ({ state }: RunStatus) => ['done', 'partial', 'failed'].includes(state);

/** Settings with which each page's lines are claimed in batches, without pauses. */
export const carefulPath = { pace: 'gentle', batchDelayMs: 0 } as const;
