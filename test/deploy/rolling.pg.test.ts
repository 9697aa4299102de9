import { expect, test } from 'vitest';
import { carefulPath, isOver, openWorld, type World } from '../support/open-world.ts';
import type { WorkerProcess } from '../support/start-worker.ts';
import { expectDone, expectWhole } from '../support/expect-whole.ts';
import { untilKilled } from '../support/take-over.ts';
import { checkOut, versionBeforeMigrations } from './check-out-before.ts';

const CUSTOMERS = 300;
/** The store serves these as no WooCommerce would, so that they fail. */
const BROKEN = [50, 155, 290];
/** Lines are claimed in batches, so that a worker can die between two of them. */
const QUICK = { retryBaseMs: 50, ...carefulPath };

const before = versionBeforeMigrations();
if (before === null) console.log('Rolling out: skipped, git does not tell the version before');

test.skipIf(before === null)(
  'workers of the version before the last migration run beside new ones, and each takes over from the other',
  async () => {
    const root = checkOut(before ?? '');
    const world = await openWorld({ customers: CUSTOMERS });
    const faults = world.sim.faults.add(
      { fault: { kind: 'patch-row', ids: BROKEN, remove: ['email', 'username'] } },
      { fault: { kind: 'status', status: 503 }, route: '/customers', page: 1, times: 1 },
    );

    // The old version crashes in the middle of its work, and a new one continues it.
    const first = await world.app.sync.start.mutate({ storeId: world.storeId, settings: QUICK });
    const old = await world.startWorker({ root, failpoint: 'processing.completed:2' });
    await untilKilled(old);
    await countAsDead(world, old);
    const successor = await world.startWorker();
    const half = await world.untilRun(first.run.runId, 'a run that is over', isOver);
    await expectWhole(world, half);
    expect(half).toMatchObject({
      state: 'partial',
      counts: { done: CUSTOMERS - BROKEN.length, failed: BROKEN.length },
    });

    // The new version crashes as well, and the old one continues, as after a rollback.
    change(world, 1, 280);
    faults.remove();
    expect(await successor.stop()).toEqual([0, null]);
    const young = await world.startWorker({ failpoint: 'processing.completed:2' });
    const second = await world.app.sync.start.mutate({ storeId: world.storeId, settings: QUICK });
    await untilKilled(young);
    await countAsDead(world, young);
    const oldAgain = await world.startWorker({ root });
    await expectDone(world, second.run.runId);

    // Concurrently, on each other's runs.
    const youngAgain = await world.startWorker();
    change(world, 20, 300);
    const third = await world.app.sync.start.mutate({ storeId: world.storeId });
    await expectDone(world, third.run.runId);
    expect(await oldAgain.stop()).toEqual([0, null]);
    change(world, 1, 30);
    const delta = await world.app.sync.start.mutate({ storeId: world.storeId, kind: 'delta' });
    await world.untilRun(delta.run.runId, 'a delta that is over', isOver);
    expect(await youngAgain.stop()).toEqual([0, null]);
  },
);

/** Renames these customers again. */
function change({ sim }: World, from: number, to: number): void {
  for (let id = from; id <= to; id += 1)
    sim.customers.update(id, { first_name: `Changed ${from}–${to}` });
}

async function countAsDead({ db }: World, worker: WorkerProcess): Promise<void> {
  await db.admin.query(
    `update sync_worker set heartbeat_at = clock_timestamp() - interval '1 minute' where id = $1`,
    [worker.id],
  );
}
