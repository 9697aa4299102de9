import { expect, test } from 'vitest';
import { readActivity, refusalOf } from '../support/api-client.ts';
import { isOver, shareWorld } from '../support/open-world.ts';

const shared = shareWorld();

test('after three rounds with failures a decision is required, retry needs an override, and force-done ends it', async () => {
  const { app, person, sim, storeId, untilRun } = await shared().connectStore({ customers: 60 });
  sim.faults.add({ fault: { kind: 'patch-row', ids: [7, 9], remove: ['email', 'username'] } });
  const { run } = await app.sync.start.mutate({ storeId, settings: { maxRetries: 0 } });
  const { runId } = run;
  const endOfRound = (round: number) =>
    untilRun(
      runId,
      `the end of round ${round}`,
      (status) => isOver(status) && status.round === round,
    );

  expect(await endOfRound(1)).toMatchObject({
    state: 'partial',
    processCount: 1,
    isActionRequired: false,
  });
  await app.sync.retry.mutate({ runId });
  expect(await endOfRound(2)).toMatchObject({
    state: 'partial',
    processCount: 2,
    isActionRequired: false,
  });
  await app.sync.retry.mutate({ runId });
  expect(await endOfRound(3)).toMatchObject({
    state: 'partial',
    processCount: 3,
    isActionRequired: true,
    action: { code: 'rounds_exhausted', reason: expect.stringContaining('2 customers still fail') },
  });

  expect(await refusalOf(app.sync.retry.mutate({ runId }))).toMatchObject({
    code: 'override_required',
    httpStatus: 409,
    advice: expect.stringContaining('override: true'),
  });
  await person.sync.retry.mutate({ runId, override: true });
  expect(await endOfRound(4)).toMatchObject({
    state: 'partial',
    processCount: 4,
    isActionRequired: true,
  });

  const forced = await person.sync.forceDone.mutate({
    runId,
    reason: 'These two are test accounts.',
  });
  expect(forced).toMatchObject({
    cancelledLines: 2,
    run: {
      state: 'done',
      isActionRequired: false,
      counts: { total: 60, done: 58, failed: 0, cancelled: 2 },
    },
  });
  const story = await readActivity(app, runId);
  const entry = story.find(({ event }) => event === 'run.forced_done');
  expect(entry).toMatchObject({
    actor: { type: 'user', name: expect.any(String), id: expect.any(String) },
    message: expect.stringContaining('These two are test accounts.'),
  });
  expect(await app.sync.forceDone.mutate({ runId, reason: 'again' })).toMatchObject({
    cancelledLines: 0,
  });
});

test('an active run is forced done immediately, and its worker changes nothing afterwards', async () => {
  const { app, sim, storeId, untilRun } = await shared().connectStore({ customers: 797 });
  // The list is never read to its end.
  sim.faults.add({ skip: 4, fault: { kind: 'status', status: 503 } });
  const { run } = await app.sync.start.mutate({ storeId });
  await untilRun(run.runId, 'a run that waits', ({ phase }) => phase === 'waiting_for_store');
  const { run: end } = await app.sync.forceDone.mutate({ runId: run.runId, reason: 'enough' });
  expect(end).toMatchObject({
    state: 'done',
    discovery: { state: 'cancelled' },
    counts: { draft: 0, processing: 0 },
  });
  const again = await app.sync.start.mutate({ storeId });
  expect(again.created).toBe(true);
  await app.sync.forceDone.mutate({ runId: again.run.runId, reason: 'enough' });
});

test('a store that rejects the key is paused once, with the reason, and continues after it is resumed', async () => {
  const { app, sim, storeId, untilRun } = await shared().connectStore({ customers: 250 });
  sim.faults.add({
    fault: {
      kind: 'status',
      status: 401,
      body: {
        text: JSON.stringify({
          code: 'woocommerce_rest_cannot_view',
          message: 'Sorry, you cannot list resources.',
          data: { status: 401 },
        }),
        contentType: 'application/json',
      },
    },
  });
  const { run } = await app.sync.start.mutate({ storeId });
  const refused = await untilRun(run.runId, 'a run that is over', isOver);
  expect(refused).toMatchObject({
    state: 'failed',
    isActionRequired: true,
    counts: { total: 0, failed: 0 },
  });
  expect(await app.store.get.query({ storeId })).toMatchObject({ state: 'paused' });
  expect(await refusalOf(app.sync.start.mutate({ storeId }))).toMatchObject({
    code: 'store_paused',
  });

  sim.faults.clear();
  await app.store.resume.mutate({ storeId });
  await app.sync.retry.mutate({ runId: run.runId });
  expect(await untilRun(run.runId, 'a run that is over', isOver)).toMatchObject({
    state: 'done',
    counts: { total: 250, done: 250 },
  });
});
