import { describe, expect, test } from 'vitest';
import { carefulPath, openWorld } from '../support/open-world.ts';
import { expectDone, expectDoneThrough } from '../support/expect-whole.ts';
import { openBehindProxy } from '../support/own-server.ts';
import { countAsDead, untilKilled } from '../support/take-over.ts';

// One kill in each phase and one outage, for the short run; `machine/` has every step and every outage.

const settings = { pageSize: 50 };
const carefully = { ...settings, ...carefulPath };
const store = { customers: 150 };

describe('kill -9 at a step: a worker is killed in each phase, and another continues (F1–F5, F8)', () => {
  test.each(['discovery.lines_inserted', 'processing.before_apply'])('%s', async (step) => {
    const world = await openWorld(store);
    const { run } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: step.startsWith('processing.') ? carefully : settings,
    });
    await untilKilled(await world.startWorker({ failpoint: `${step}:1` }));
    await countAsDead(world);
    await world.startWorker();
    await expectDone(world, run.runId);
  });

  test('sweep.reclaimed: killed while it takes over from a dead one', async () => {
    const world = await openWorld(store);
    const { run } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: carefully,
    });
    await untilKilled(await world.startWorker({ failpoint: 'processing.before_apply:1' }));
    await countAsDead(world);
    await untilKilled(await world.startWorker({ failpoint: 'sweep.reclaimed' }));
    await countAsDead(world);
    await world.startWorker();
    await expectDone(world, run.runId);
  });
});

test('the database is away: calls get 503, and the run continues automatically (F15)', async () => {
  const { proxy, db } = await openBehindProxy();
  const world = await openWorld({ ...store, latency: { bootMs: 150, perCustomerMs: 0 }, db });
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId, settings });
  await world.untilRun(run.runId, 'a page', ({ discovery }) => discovery.pages >= 1);
  proxy.mode = 'refuse';
  proxy.reset();
  await expect(world.app.sync.status.query({ runId: run.runId })).rejects.toMatchObject({
    data: { httpStatus: 503 },
  });
  await worker.untilLogged('ECONNRESET');
  proxy.mode = 'pass';
  await expectDoneThrough(world, run.runId);
});
