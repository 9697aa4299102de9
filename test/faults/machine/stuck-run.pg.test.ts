import { expect, test } from 'vitest';
import { openStore } from '../../support/open-store.ts';

const MINUTE_MS = 60_000;

test('a run without progress for ten minutes needs a decision once, and no longer after progress', async () => {
  const { sync, worker, clock, caller, storeId, drive } = await openStore({ customers: 30 });
  const { run } = await sync.start(caller, { storeId });
  const { runId } = run;
  const look = () => sync.status(caller, { runId });
  // No worker takes it: it is rescheduled repeatedly.
  for (let minute = 0; minute < 9; minute++) {
    await clock.advance(MINUTE_MS);
    await worker.heartbeat();
    expect((await worker.sweep()).stuck).toBe(0);
  }
  expect(await look()).toMatchObject({ isActionRequired: false });
  let asked = 0;
  for (let minute = 0; minute < 9; minute++) {
    await clock.advance(MINUTE_MS);
    asked += (await worker.sweep()).stuck;
  }
  expect(asked).toBe(1);
  const stuck = await look();
  expect(stuck).toMatchObject({ isActionRequired: true, action: { code: 'stuck' } });
  expect(stuck.action?.reason).toMatch(
    /No progress for \d+ minutes, although the run was woken \d+ times/,
  );
  const { items } = await sync.activity(caller, { runId, limit: 50 });
  expect(items.filter(({ event }) => event === 'run.stuck')).toHaveLength(1);

  expect(await drive(runId)).toMatchObject({ state: 'done', isActionRequired: false });
});

test('a run that waits for its store, or whose store is paused, is not stuck', async () => {
  const { sync, stores, sim, worker, clock, caller, storeId, drive } = await openStore({
    customers: 30,
  });
  const { run } = await sync.start(caller, { storeId });
  await stores.pause(caller, { storeId, reason: 'stocktaking' });
  for (let hour = 0; hour < 5; hour++) {
    await clock.advance(60 * MINUTE_MS);
    expect((await worker.sweep()).stuck).toBe(0);
  }
  await stores.resume(caller, { storeId });
  sim.faults.clear();
  expect(await drive(run.runId)).toMatchObject({ state: 'done' });
});
