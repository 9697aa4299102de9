import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import { createWooSim, type WooSim, type WooSimOptions } from '@mantis-sync/woo-sim';
import { expect, onTestFinished } from 'vitest';
import { createApiClient, type ApiClient, type RunStatus } from './api-client.ts';
import { type RunningApi, startApi } from './start-api.ts';
import { startWorker, type WorkerProcess, type WorkerProcessOptions } from './start-worker.ts';
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
  /** Where the API listens, and headers of the app. */
  api: RunningApi;
  secretKeys: string;
  /** A further client of the app, as of another process. */
  anotherApp(): ApiClient;
  startWorker(options?: Partial<WorkerProcessOptions>): Promise<WorkerProcess>;
  /** The status of a run once it fits. */
  untilRun(
    runId: string,
    what: string,
    fits: (run: RunStatus) => boolean,
    deadlineMs?: number,
  ): Promise<RunStatus>;
}

export interface WorldOptions extends WooSimOptions {
  webhooks?: boolean;
  secretKeys?: string;
  /** A database of the test's own making, such as one behind a proxy; dropped with the world. */
  db?: TestDatabase;
  /** How often the API looks for progress without a hint, in milliseconds; an hour unless given. */
  pollMs?: number;
}

/**
 * Builds a world with one connected store. When the test is over the workers are killed, the invariants
 * are checked, and everything is taken down.
 */
export async function openWorld({
  webhooks = false,
  secretKeys = `k1:${randomBytes(32).toString('base64')}`,
  db: given,
  pollMs,
  ...options
}: WorldOptions = {}): Promise<World> {
  const [db, sim] = await Promise.all([
    given ?? createTestDatabase(),
    createWooSim({ pretendHttps: true, guests: 0, ...options }),
  ]);
  const api = await startApi(db, secretKeys, { pollMs });
  const app = createApiClient(api.url, api.appHeaders);
  const workers: WorkerProcess[] = [];

  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await sim.close();
    await api.close();
    const broken = await findBrokenInvariants(db.admin);
    await db.drop();
    expect(broken).toEqual({});
  });

  const { id: storeId } = await app.store.connect.mutate({
    name: 'Shop',
    url: sim.url,
    ...sim.defaultCredentials,
  });
  return {
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
    untilRun: (runId, what, fits, deadlineMs) =>
      until(
        what,
        async () => {
          const run = await app.sync.status.query({ runId });
          return fits(run) && run;
        },
        deadlineMs,
      ),
  };
}

/** Eight seconds without a heartbeat and a sweep every three; short of the lease of a minute that it spares. */
export const TAKEOVER_MS = 45_000;

export const isOver = ({ state }: RunStatus) => ['done', 'partial', 'failed'].includes(state);
