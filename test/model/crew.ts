import assert from 'node:assert/strict';
import type { Database } from '@mantis-sync/db';
import {
  armFailpoint,
  createSyncWorker,
  type RunJob,
  SyncError,
  type SyncWorker,
} from '@mantis-sync/sync-core';
import type { OpenStore } from '../support/open-store.ts';
import { countLeased, takePicture } from './take-picture.ts';

export type Sort = 'discover' | 'process';

/** Additional workers in this process that stop, freeze and crash. */
export interface Crew {
  /** A worker that is stopped while it begins its n-th transaction; it releases its leases. */
  stop(sort: Sort, runId: string, transaction: number): Promise<void>;
  /** A worker that freezes before its n-th transaction, if there is one. */
  stall(sort: Sort, runId: string, transaction: number): Promise<void>;
  /** A worker that crashes at the n-th hit of a failpoint, if there is one: nothing is released. */
  die(runId: string, failpoint: string, hit: number): Promise<void>;
  /** Crashed and frozen workers have no recent heartbeat: a sweep reclaims their leases. */
  giveUpOn(): Promise<void>;
  /** The worker that has been frozen longest finishes its work. */
  wake(): Promise<void>;
  /** Whether a worker that stopped properly still holds a lease. */
  isAnythingForgotten(): Promise<boolean>;
  wakeAll(): Promise<void>;
}

interface Stalled {
  id: string;
  /** Lines and walks that it held when it froze. */
  held: number;
  /** It continues, and stops after the current step. */
  goOn(): Promise<void>;
}

export function createCrew(store: OpenStore): Crew {
  const { db } = store;
  const dead: string[] = [];
  const stalled: Stalled[] = [];
  let hired = 0;

  /** @param before called before each of its transactions, with its number */
  async function hire(
    before: (transaction: number) => Promise<void> | void,
  ): Promise<{ id: string; worker: SyncWorker }> {
    hired += 1;
    const id = `worker-${hired}`;
    let transactions = -1;
    const worker = createSyncWorker({
      database: interrupted(db.database, async () => {
        transactions += 1;
        // The first one is its heartbeat.
        if (transactions > 0) await before(transactions);
      }),
      keyring: store.keyring,
      allowHosts: ['127.0.0.1'],
      worker: { id, host: 'test', version: '0' },
    });
    await worker.heartbeat();
    return { id, worker };
  }

  const jobOf = (runId: string): RunJob => ({ orgId: store.caller.orgId, runId });

  async function wake(): Promise<void> {
    const worker = stalled.shift();
    if (!worker) return;
    const hasLostAll = worker.held > 0 && (await countLeased(db.admin, [worker.id])) === 0;
    const before = hasLostAll ? await takePicture(db.admin) : null;
    await worker.goOn();
    if (before)
      assert.deepEqual(
        await takePicture(db.admin),
        before,
        `${worker.id}, which had lost its lease, changed something`,
      );
  }

  async function giveUpOn(): Promise<void> {
    await db.admin.query(
      `update sync_worker set heartbeat_at = clock_timestamp() - interval '1 minute'`,
    );
    await store.worker.heartbeat();
    await store.worker.sweep();
    const { state } = await store.stores.get(store.caller, { storeId: store.storeId });
    // Runs of a paused store make no progress.
    if (state === 'paused') return;
    assert.equal(
      await countLeased(db.admin, [...dead, ...stalled.map(({ id }) => id)]),
      0,
      'what the dead held was not taken back',
    );
  }

  return {
    async stop(sort, runId, transaction) {
      const stop = new AbortController();
      const { worker } = await hire((n) => {
        if (n >= transaction) stop.abort();
      });
      await worker[sort](jobOf(runId), stop.signal);
      await worker.close();
    },

    async stall(sort, runId, transaction) {
      const stop = new AbortController();
      const gate = Promise.withResolvers<void>();
      const standing = Promise.withResolvers<'standing'>();
      let isOver = false;
      const { id, worker } = await hire(async (n) => {
        if (n !== transaction || isOver) return;
        standing.resolve('standing');
        await gate.promise;
      });
      const finished = worker[sort](jobOf(runId), stop.signal).catch((error: unknown) => {
        // The store was paused while it was frozen.
        if (!(error instanceof SyncError) || error.code !== 'store_paused') throw error;
      });
      finished.catch(() => undefined);
      if ((await Promise.race([standing.promise, finished])) !== 'standing') {
        isOver = true;
        return worker.close();
      }
      stalled.push({
        id,
        held: await countLeased(db.admin, [id]),
        async goOn() {
          stop.abort();
          gate.resolve();
          await finished;
          await worker.close();
        },
      });
    },

    async die(runId, failpoint, hit) {
      const armed = armFailpoint(`${failpoint}:${hit}:throw`);
      const isDead = () => armed.hits >= hit;
      const { id, worker } = await hire(() => {
        if (isDead()) throw new Error('The dead do nothing');
      });
      const { signal } = new AbortController();
      try {
        await worker.discover(jobOf(runId), signal);
        await worker.process(jobOf(runId), signal);
      } catch (error) {
        if (!isDead()) throw error;
      } finally {
        armed.disarm();
      }
      if (isDead()) dead.push(id);
      await worker.close().catch(() => undefined);
    },

    giveUpOn,
    wake,

    async isAnythingForgotten() {
      const holding = await countLeased(db.admin, null);
      return holding > (await countLeased(db.admin, [...dead, ...stalled.map(({ id }) => id)]));
    },

    async wakeAll() {
      while (stalled.length > 0) await wake();
    },
  };
}

/** A database that calls back before it begins a transaction. */
function interrupted(database: Database, before: () => Promise<void>): Database {
  return {
    ...database,
    async withOrg(orgId, work, options) {
      await before();
      return database.withOrg(orgId, work, options);
    },
    async withSystem(work, options) {
      await before();
      return database.withSystem(work, options);
    },
  };
}
