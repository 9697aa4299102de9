import { tickSchedules, DEFAULT_RUN_SETTINGS } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { FrozenClock } from '../support/freeze-clock.ts';
import { openShop, type Shop } from '../support/open-shop.ts';

const HOUR_MS = 3_600_000;
const log = pino({ level: 'silent' });

async function openFrozenShop(): Promise<{
  shop: Shop;
  clock: FrozenClock;
  tick: () => Promise<number>;
}> {
  const shop = await openShop({ customers: 30 });
  const { clock } = shop;
  const deps = { database: shop.db.database, defaults: DEFAULT_RUN_SETTINGS, log };
  return { shop, clock, tick: () => tickSchedules(deps) };
}

async function scheduleOf({ schedules, caller, storeId }: Shop, kind: 'delta' | 'reconcile') {
  const found = (await schedules.list(caller, { storeId })).find(
    (schedule) => schedule.kind === kind,
  );
  if (!found) throw new Error(`no ${kind} schedule`);
  return found;
}

async function pauseReconcile({ schedules, caller, storeId }: Shop): Promise<void> {
  await schedules.pause(caller, { storeId, kind: 'reconcile' });
}

test('a new store gets a delta every 15 minutes and a reconcile at night', async () => {
  const { shop } = await openFrozenShop();
  expect(await scheduleOf(shop, 'delta')).toMatchObject({ state: 'active', timeZone: 'UTC' });
  expect(await scheduleOf(shop, 'reconcile')).toMatchObject({ state: 'active' });
});

test('a tick before the due time does nothing, one after it starts the run in the schedule’s name', async () => {
  const { shop, clock, tick } = await openFrozenShop();
  await pauseReconcile(shop);
  expect(await tick()).toBe(0);
  await clock.advance(16 * 60_000);
  expect(await tick()).toBe(1);
  const run = await shop.newest('full');
  expect(run?.startedBy).toMatchObject({ type: 'cron', name: 'delta schedule' });
  expect(await scheduleOf(shop, 'delta')).toMatchObject({
    lastOutcome: 'started',
    lastRunId: run?.runId,
  });
});

test('ten missed times start one run', async () => {
  const { shop, clock, tick } = await openFrozenShop();
  await pauseReconcile(shop);
  await shop.run('full');
  await clock.advance(3 * HOUR_MS);
  expect(await tick()).toBe(1);
  await shop.drive((await shop.newest('delta'))!.runId);
  expect(await tick()).toBe(0);
  expect((await scheduleOf(shop, 'delta')).nextRunAt!.getTime()).toBeGreaterThan(clock.now);
});

test('two workers that tick together start one run', async () => {
  const { shop, clock, tick } = await openFrozenShop();
  await pauseReconcile(shop);
  await clock.advance(HOUR_MS);
  const started = await Promise.all(Array.from({ length: 8 }, tick));
  expect(started.reduce((sum, count) => sum + count, 0)).toBe(1);
});

test('deltas do not pile up behind an active run; the nightly one tries again soon', async () => {
  const { shop, clock, tick } = await openFrozenShop();
  await shop.sync.start(shop.caller, { storeId: shop.storeId });
  await clock.advance(30 * HOUR_MS);
  expect(await tick()).toBe(0);
  expect(await scheduleOf(shop, 'delta')).toMatchObject({ lastOutcome: 'skipped_running' });
  const reconcile = await scheduleOf(shop, 'reconcile');
  expect(reconcile).toMatchObject({ lastOutcome: 'skipped_running' });
  expect(reconcile.nextRunAt!.getTime() - clock.now).toBeLessThanOrEqual(60_000);
  await shop.drive((await shop.newest('full'))!.runId);
  await clock.advance(61_000);
  await shop.schedules.pause(shop.caller, { storeId: shop.storeId, kind: 'delta' });
  expect(await tick()).toBe(1);
  expect(await shop.newest('reconcile')).toMatchObject({ state: 'draft' });
});

test('paused stores and paused schedules are skipped', async () => {
  const { shop, clock, tick } = await openFrozenShop();
  const { caller, storeId } = shop;
  await pauseReconcile(shop);
  await shop.stores.pause(caller, { storeId, reason: 'moving house' });
  await clock.advance(HOUR_MS);
  expect(await tick()).toBe(0);
  expect(await scheduleOf(shop, 'delta')).toMatchObject({ lastOutcome: 'skipped_paused' });
  await shop.stores.resume(caller, { storeId });
  await shop.schedules.pause(caller, { storeId, kind: 'delta' });
  await clock.advance(HOUR_MS);
  expect(await tick()).toBe(0);
  await shop.schedules.resume(caller, { storeId, kind: 'delta' });
  expect(await tick()).toBe(0);
  await clock.advance(HOUR_MS);
  expect(await tick()).toBe(1);
});

test('an invalid crontab is rejected, and the previous one stays', async () => {
  const { shop } = await openFrozenShop();
  const { caller, storeId, schedules } = shop;
  const before = await scheduleOf(shop, 'delta');
  for (const table of [
    { cron: 'every day', timeZone: 'UTC' },
    { cron: '0 0 * * *', timeZone: 'Mars/Olympus' },
  ]) {
    await expect(schedules.set(caller, { storeId, kind: 'delta', ...table })).rejects.toMatchObject(
      { code: 'invalid_schedule' },
    );
  }
  expect(await scheduleOf(shop, 'delta')).toEqual(before);
  const set = await schedules.set(caller, {
    storeId,
    kind: 'full',
    cron: '0 3 * * 0',
    timeZone: 'Europe/Zurich',
  });
  expect(set).toMatchObject({ kind: 'full', state: 'active' });
});

test('schedules of another organisation are not there', async () => {
  const { shop } = await openFrozenShop();
  const eve = { ...shop.caller, orgId: '00000000-0000-4000-8000-000000000000' };
  await expect(shop.schedules.list(eve, { storeId: shop.storeId })).rejects.toMatchObject({
    code: 'store_not_found',
  });
});
