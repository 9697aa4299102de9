import { tickSchedules, DEFAULT_RUN_SETTINGS } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { FrozenClock } from '../support/freeze-clock.ts';
import { openStore, type OpenStore } from '../support/open-store.ts';

const HOUR_MS = 3_600_000;
const log = pino({ level: 'silent' });

async function openFrozenStore(): Promise<{
  store: OpenStore;
  clock: FrozenClock;
  tick: () => Promise<number>;
}> {
  const store = await openStore({ customers: 30 });
  const { clock } = store;
  const deps = { database: store.db.database, defaults: DEFAULT_RUN_SETTINGS, log };
  return { store, clock, tick: () => tickSchedules(deps) };
}

async function scheduleOf({ schedules, caller, storeId }: OpenStore, kind: 'delta' | 'reconcile') {
  const found = (await schedules.list(caller, { storeId })).find(
    (schedule) => schedule.kind === kind,
  );
  if (!found) throw new Error(`no ${kind} schedule`);
  return found;
}

async function pauseReconcile({ schedules, caller, storeId }: OpenStore): Promise<void> {
  await schedules.pause(caller, { storeId, kind: 'reconcile' });
}

test('a new store gets a delta every 15 minutes and a reconcile at night', async () => {
  const { store } = await openFrozenStore();
  expect(await scheduleOf(store, 'delta')).toMatchObject({ state: 'active', timeZone: 'UTC' });
  expect(await scheduleOf(store, 'reconcile')).toMatchObject({ state: 'active' });
});

test('a tick before the due time does nothing, one after it starts the run in the schedule’s name', async () => {
  const { store, clock, tick } = await openFrozenStore();
  await pauseReconcile(store);
  expect(await tick()).toBe(0);
  await clock.advance(16 * 60_000);
  expect(await tick()).toBe(1);
  const run = await store.newest('full');
  expect(run?.startedBy).toMatchObject({ type: 'cron', name: 'delta schedule' });
  expect(await scheduleOf(store, 'delta')).toMatchObject({
    lastOutcome: 'started',
    lastRunId: run?.runId,
  });
});

test('ten missed times start one run', async () => {
  const { store, clock, tick } = await openFrozenStore();
  await pauseReconcile(store);
  await store.run('full');
  await clock.advance(3 * HOUR_MS);
  expect(await tick()).toBe(1);
  await store.drive((await store.newest('delta'))!.runId);
  expect(await tick()).toBe(0);
  expect((await scheduleOf(store, 'delta')).nextRunAt!.getTime()).toBeGreaterThan(clock.now);
});

test('two workers that tick together start one run', async () => {
  const { store, clock, tick } = await openFrozenStore();
  await pauseReconcile(store);
  await clock.advance(HOUR_MS);
  const started = await Promise.all(Array.from({ length: 8 }, tick));
  expect(started.reduce((sum, count) => sum + count, 0)).toBe(1);
});

test('deltas do not pile up behind an active run; the nightly one tries again soon', async () => {
  const { store, clock, tick } = await openFrozenStore();
  await store.sync.start(store.caller, { storeId: store.storeId });
  await clock.advance(30 * HOUR_MS);
  expect(await tick()).toBe(0);
  expect(await scheduleOf(store, 'delta')).toMatchObject({ lastOutcome: 'skipped_running' });
  const reconcile = await scheduleOf(store, 'reconcile');
  expect(reconcile).toMatchObject({ lastOutcome: 'skipped_running' });
  expect(reconcile.nextRunAt!.getTime() - clock.now).toBeLessThanOrEqual(60_000);
  await store.drive((await store.newest('full'))!.runId);
  await clock.advance(61_000);
  await store.schedules.pause(store.caller, { storeId: store.storeId, kind: 'delta' });
  expect(await tick()).toBe(1);
  expect(await store.newest('reconcile')).toMatchObject({ state: 'draft' });
});

test('paused stores and paused schedules are skipped', async () => {
  const { store, clock, tick } = await openFrozenStore();
  const { caller, storeId } = store;
  await pauseReconcile(store);
  await store.stores.pause(caller, { storeId, reason: 'moving house' });
  await clock.advance(HOUR_MS);
  expect(await tick()).toBe(0);
  expect(await scheduleOf(store, 'delta')).toMatchObject({ lastOutcome: 'skipped_paused' });
  await store.stores.resume(caller, { storeId });
  await store.schedules.pause(caller, { storeId, kind: 'delta' });
  await clock.advance(HOUR_MS);
  expect(await tick()).toBe(0);
  await store.schedules.resume(caller, { storeId, kind: 'delta' });
  expect(await tick()).toBe(0);
  await clock.advance(HOUR_MS);
  expect(await tick()).toBe(1);
});

test('an invalid crontab is rejected, and the previous one stays', async () => {
  const { store } = await openFrozenStore();
  const { caller, storeId, schedules } = store;
  const before = await scheduleOf(store, 'delta');
  for (const table of [
    { cron: 'every day', timeZone: 'UTC' },
    { cron: '0 0 * * *', timeZone: 'Mars/Olympus' },
  ]) {
    await expect(schedules.set(caller, { storeId, kind: 'delta', ...table })).rejects.toMatchObject(
      { code: 'invalid_schedule' },
    );
  }
  expect(await scheduleOf(store, 'delta')).toEqual(before);
  const set = await schedules.set(caller, {
    storeId,
    kind: 'full',
    cron: '0 3 * * 0',
    timeZone: 'Europe/Zurich',
  });
  expect(set).toMatchObject({ kind: 'full', state: 'active' });
});

test('schedules of another organisation are not there', async () => {
  const { store } = await openFrozenStore();
  const eve = { ...store.caller, orgId: '00000000-0000-4000-8000-000000000000' };
  await expect(store.schedules.list(eve, { storeId: store.storeId })).rejects.toMatchObject({
    code: 'store_not_found',
  });
});
