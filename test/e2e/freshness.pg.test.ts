import { describe, expect, test } from 'vitest';
import { expectSame } from '../support/expect-fixpoint.ts';
import { openShop, type Shop } from '../support/open-shop.ts';

test('the first delta of a store is a full walk', async () => {
  const shop = await openShop({ customers: 120 });
  expect(await shop.run('delta')).toMatchObject({ kind: 'full', state: 'done' });
  await expectSame(shop);
});

test('a delta without changes sends few requests', async () => {
  const shop = await openShop({ customers: 2_000 });
  const full = await shop.requestsOf(() => shop.run('full'));
  const delta = await shop.requestsOf(async () => {
    expect(await shop.run('delta')).toMatchObject({ kind: 'delta', state: 'done' });
  });
  expect(delta).toBeLessThanOrEqual(full / 4);
});

test('a delta finds new and active customers', async () => {
  const shop = await openShop({ customers: 300 });
  await shop.run('full');
  shop.sim.customers.create({ email: 'new@shop.test', first_name: 'New' });
  shop.sim.customers.update(7, { billing: { city: 'Aarhus' } });
  const delta = await shop.run('delta');
  expect(delta).toMatchObject({ state: 'done', outcomes: { created: 1, updated: 1 } });
  await expectSame(shop);
});

test('windows verify the whole store, and find unreported changes', async () => {
  const shop = await openShop({ customers: 350 });
  await shop.run('full');
  shop.sim.customers.update(40, { first_name: 'By SQL' }, { silent: true });
  shop.sim.customers.update(333, { first_name: 'By SQL' }, { silent: true });
  shop.sim.customers.delete(200);
  const before = await shop.db.admin.query<{ verified_since: Date }>(
    'select verified_since from store_freshness',
  );
  await shop.clock.advance(60_000);
  for (let slice = 0; slice < 5; slice++) await shop.run('delta', { deltaSlices: 4 });
  await expectSame(shop);
  const after = await shop.db.admin.query<{ verified_since: Date }>(
    'select verified_since from store_freshness',
  );
  expect(after.rows[0]?.verified_since.getTime()).toBeGreaterThan(
    before.rows[0]?.verified_since.getTime() ?? Infinity,
  );
});

test('a reconcile marks deleted customers, and reports missed changes', async () => {
  const shop = await openShop({ customers: 250 });
  await shop.run('full');
  for (const id of [3, 99, 250]) shop.sim.customers.delete(id);
  shop.sim.customers.update(8, { first_name: 'By SQL' }, { silent: true });
  const end = await shop.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { deleted: 3, updated: 1, created: 0 } });
  await expectSame(shop);
  const { items } = await shop.sync.activity(shop.caller, { runId: end.runId, limit: 100 });
  expect(items.find(({ event }) => event === 'reconcile.report')?.data).toMatchObject({
    created: 0,
    updated: 1,
    deleted: 3,
  });
});

test('a reconcile that would delete many customers waits for a decision', async () => {
  const shop = await openShop({ customers: 200 });
  await shop.run('full');
  for (let id = 1; id <= 30; id++) shop.sim.customers.delete(id);
  const stopped = await shop.run('reconcile');
  expect(stopped).toMatchObject({
    state: 'failed',
    isActionRequired: true,
    action: { code: 'too_many_deletions' },
    outcomes: { deleted: 0 },
  });
  await expect(shop.sync.retry(shop.caller, { runId: stopped.runId })).rejects.toMatchObject({
    code: 'override_required',
  });
  await shop.sync.retry(shop.caller, { runId: stopped.runId, override: true });
  expect(await shop.drive(stopped.runId)).toMatchObject({
    state: 'done',
    outcomes: { deleted: 30 },
  });
  await expectSame(shop);
});

test('a reconcile that is interrupted and resumed by another worker finds the same', async () => {
  const shop = await openShop({ customers: 300 });
  await shop.run('full');
  for (const id of [3, 150, 299]) shop.sim.customers.delete(id);
  const { run } = await shop.sync.start(shop.caller, { storeId: shop.storeId, kind: 'reconcile' });
  const stopped = new AbortController();
  const hook = () => stopped.abort();
  shop.sim.faults.add({ fault: { kind: 'hook', run: hook }, offset: [100, 400], times: 1 });
  await shop.worker.discover({ orgId: shop.caller.orgId, runId: run.runId }, stopped.signal);
  expect(await shop.drive(run.runId)).toMatchObject({ state: 'done', outcomes: { deleted: 3 } });
  await expectSame(shop);
});

test('an incomplete walk deletes nothing', async () => {
  const shop = await openShop({ customers: 200 });
  await shop.run('full');
  shop.sim.faults.add({ fault: { kind: 'hide', ids: [5, 6, 7] } });
  shop.sim.faults.add({ fault: { kind: 'totals', total: '200' } });
  const end = await shop.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { deleted: 0 } });
  await expectSame(shop);
});

test('a customer who reappears is restored, and the history lists the changed fields', async () => {
  const shop = await openShop({ customers: 120 });
  await shop.run('full');
  shop.sim.customers.update(5, { billing: { city: 'Aarhus' }, first_name: 'Ada' });
  await shop.run('reconcile');
  const { rows } = await shop.db.admin.query(
    'select woo_id, kind, source, changes from customer_change order by id',
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ woo_id: 5, kind: 'updated', source: 'reconcile' });
  expect(rows[0]?.['changes']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ field: 'first_name', to: 'Ada' }),
      expect.objectContaining({ field: 'billing.city', to: 'Aarhus' }),
    ]),
  );
});

test('guests are kept once an address, apart, and linked when they register', async () => {
  const shop = await openShop({ customers: 110, guests: 5 });
  await shop.run('full', { guests: 'on' });
  const guests = () =>
    shop.db.admin.query(
      'select email, city, linked_woo_id from guest order by length(email), email',
    );
  expect((await guests()).rows).toHaveLength(5);
  expect((await guests()).rows[0]).toEqual({
    email: 'guest3@example.com',
    city: 'Wien',
    linked_woo_id: null,
  });
  const { id } = shop.sim.customers.create({ email: 'Guest3@example.com', first_name: 'Now' });
  await shop.run('delta', { guests: 'on' });
  const { rows } = await guests();
  expect(rows).toHaveLength(5);
  expect(rows[0]).toMatchObject({ linked_woo_id: id });
  await expectSame(shop);
});

describe('a run that ended with failed lines counts only what it compared', () => {
  const list = '/wc/v3/customers';
  const verifiedSince = async (shop: Shop) => {
    const { rows } = await shop.db.admin.query<{ verified_since: Date | null }>(
      'select verified_since from store_freshness',
    );
    return rows[0]?.verified_since ?? null;
  };

  test('a walk counts once the failed lines are done', async () => {
    const shop = await openShop({ customers: 30 });
    const fault = shop.sim.faults.add({ route: list, customerId: 13, fault: { kind: 'empty' } });
    const partial = await shop.run('full');
    expect([partial.state, await verifiedSince(shop)]).toEqual(['partial', null]);
    expect(await shop.run('delta')).toMatchObject({ kind: 'delta' });
    expect(await verifiedSince(shop)).toBeNull();
    fault.remove();
    expect(await shop.run('full')).toMatchObject({ state: 'done' });
    expect(await verifiedSince(shop)).not.toBeNull();
  });

  test('verification windows count once all of a pass are done', async () => {
    const shop = await openShop({ customers: 350 });
    await shop.run('full');
    const before = await verifiedSince(shop);
    await shop.clock.advance(60_000);
    const fault = shop.sim.faults.add({ route: list, customerId: 20, fault: { kind: 'empty' } });
    expect(await shop.run('delta', { deltaSlices: 4 })).toMatchObject({ state: 'partial' });
    fault.remove();
    for (let slice = 0; slice < 4; slice++) await shop.run('delta', { deltaSlices: 4 });
    expect(await verifiedSince(shop)).toEqual(before);
    for (let slice = 0; slice < 5; slice++) await shop.run('delta', { deltaSlices: 4 });
    expect(await verifiedSince(shop)).not.toEqual(before);
  });
});
