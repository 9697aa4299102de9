import { describe, expect, test } from 'vitest';
import { expectSame } from '../support/expect-fixpoint.ts';
import { openStore, type OpenStore } from '../support/open-store.ts';

test('the first delta of a store is a full walk', async () => {
  const store = await openStore({ customers: 120 });
  expect(await store.run('delta')).toMatchObject({ kind: 'full', state: 'done' });
  await expectSame(store);
});

test('a delta without changes sends few requests', async () => {
  const store = await openStore({ customers: 2_000 });
  const full = await store.requestsOf(() => store.run('full'));
  const delta = await store.requestsOf(async () => {
    expect(await store.run('delta')).toMatchObject({ kind: 'delta', state: 'done' });
  });
  expect(delta).toBeLessThanOrEqual(full / 4);
});

test('a delta finds new and active customers', async () => {
  const store = await openStore({ customers: 300 });
  await store.run('full');
  store.sim.customers.create({ email: 'new@shop.test', first_name: 'New' });
  store.sim.customers.update(7, { billing: { city: 'Aarhus' } });
  const delta = await store.run('delta');
  expect(delta).toMatchObject({ state: 'done', outcomes: { created: 1, updated: 1 } });
  await expectSame(store);
});

test('windows verify the whole store, and find unreported changes', async () => {
  const store = await openStore({ customers: 350 });
  await store.run('full');
  store.sim.customers.update(40, { first_name: 'By SQL' }, { silent: true });
  store.sim.customers.update(333, { first_name: 'By SQL' }, { silent: true });
  store.sim.customers.delete(200);
  const before = await store.db.admin.query<{ verified_since: Date }>(
    'select verified_since from store_freshness',
  );
  await store.clock.advance(60_000);
  for (let slice = 0; slice < 5; slice++) await store.run('delta', { deltaSlices: 4 });
  await expectSame(store);
  const after = await store.db.admin.query<{ verified_since: Date }>(
    'select verified_since from store_freshness',
  );
  expect(after.rows[0]?.verified_since.getTime()).toBeGreaterThan(
    before.rows[0]?.verified_since.getTime() ?? Infinity,
  );
});

test('a reconcile marks deleted customers, and reports missed changes', async () => {
  const store = await openStore({ customers: 250 });
  await store.run('full');
  for (const id of [3, 99, 250]) store.sim.customers.delete(id);
  store.sim.customers.update(8, { first_name: 'By SQL' }, { silent: true });
  const end = await store.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { deleted: 3, updated: 1, created: 0 } });
  await expectSame(store);
  const { items } = await store.sync.activity(store.caller, { runId: end.runId, limit: 100 });
  expect(items.find(({ event }) => event === 'reconcile.report')?.data).toMatchObject({
    created: 0,
    updated: 1,
    deleted: 3,
  });
});

test('a reconcile that would delete many customers waits for a decision', async () => {
  const store = await openStore({ customers: 200 });
  await store.run('full');
  for (let id = 1; id <= 30; id++) store.sim.customers.delete(id);
  const stopped = await store.run('reconcile');
  expect(stopped).toMatchObject({
    state: 'failed',
    isActionRequired: true,
    action: { code: 'too_many_deletions' },
    outcomes: { deleted: 0 },
  });
  await expect(store.sync.retry(store.caller, { runId: stopped.runId })).rejects.toMatchObject({
    code: 'override_required',
  });
  await store.sync.retry(store.caller, { runId: stopped.runId, override: true });
  expect(await store.drive(stopped.runId)).toMatchObject({
    state: 'done',
    outcomes: { deleted: 30 },
  });
  await expectSame(store);
});

test('a reconcile that is interrupted and resumed by another worker finds the same', async () => {
  const store = await openStore({ customers: 300 });
  await store.run('full');
  for (const id of [3, 150, 299]) store.sim.customers.delete(id);
  const { run } = await store.sync.start(store.caller, {
    storeId: store.storeId,
    kind: 'reconcile',
  });
  const stopped = new AbortController();
  const hook = () => stopped.abort();
  store.sim.faults.add({ fault: { kind: 'hook', run: hook }, offset: [100, 400], times: 1 });
  await store.worker.discover({ orgId: store.caller.orgId, runId: run.runId }, stopped.signal);
  expect(await store.drive(run.runId)).toMatchObject({ state: 'done', outcomes: { deleted: 3 } });
  await expectSame(store);
});

test('a reconcile that began before the last lost delivery does not close the gap, and another one follows (R4)', async () => {
  const { db, ...store } = await openStore({ customers: 30 });
  await store.run('full');
  await db.admin.query(
    `insert into woo_webhook_endpoint (org_id, store_id, secret_cipher, cipher_key_id, gap_since)
     values ($1, $2, '', 'k1', mantis.now())`,
    [store.caller.orgId, store.storeId],
  );
  /** Jobs that the end of the run enqueues, and whether the gap is open then. */
  async function endOf(runId: string) {
    await db.admin.query('delete from graphile_worker._private_jobs');
    expect(await store.drive(runId)).toMatchObject({ state: 'done' });
    const { rows } = await db.admin.query(
      `select gap_since is not null as is_open,
              (select count(*)::int from graphile_worker.jobs where task_identifier = 'store.webhooks') as jobs
         from woo_webhook_endpoint where store_id = $1`,
      [store.storeId],
    );
    return rows[0];
  }
  const start = () => store.sync.start(store.caller, { storeId: store.storeId, kind: 'reconcile' });

  const { run: early } = await start();
  await store.clock.advance(1_000);
  await db.admin.query(
    'update woo_webhook_endpoint set gap_until = mantis.now() where store_id = $1',
    [store.storeId],
  );
  expect(await endOf(early.runId)).toEqual({ is_open: true, jobs: 1 });
  const { run: late } = await start();
  expect(await endOf(late.runId)).toEqual({ is_open: false, jobs: 0 });
});

test('an incomplete walk deletes nothing', async () => {
  const store = await openStore({ customers: 200 });
  await store.run('full');
  store.sim.faults.add({ fault: { kind: 'hide', ids: [5, 6, 7] } });
  store.sim.faults.add({ fault: { kind: 'totals', total: '200' } });
  const end = await store.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { deleted: 0 } });
  await expectSame(store);
});

test('a customer who reappears is restored, and the history lists the changed fields', async () => {
  const store = await openStore({ customers: 120 });
  await store.run('full');
  store.sim.customers.update(5, { billing: { city: 'Aarhus' }, first_name: 'Ada' });
  await store.run('reconcile');
  const { rows } = await store.db.admin.query(
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
  const store = await openStore({ customers: 110, guests: 5 });
  await store.run('full', { guests: 'on' });
  const guests = () =>
    store.db.admin.query(
      'select email, city, linked_woo_id from guest order by length(email), email',
    );
  expect((await guests()).rows).toHaveLength(5);
  expect((await guests()).rows[0]).toEqual({
    email: 'guest3@example.com',
    city: 'Wien',
    linked_woo_id: null,
  });
  const { id } = store.sim.customers.create({ email: 'Guest3@example.com', first_name: 'Now' });
  await store.run('delta', { guests: 'on' });
  const { rows } = await guests();
  expect(rows).toHaveLength(5);
  expect(rows[0]).toMatchObject({ linked_woo_id: id });
  await expectSame(store);
});

describe('a run that ended with failed lines counts only what it compared', () => {
  const list = '/wc/v3/customers';
  const verifiedSince = async (store: OpenStore) => {
    const { rows } = await store.db.admin.query<{ verified_since: Date | null }>(
      'select verified_since from store_freshness',
    );
    return rows[0]?.verified_since ?? null;
  };

  test('a walk counts once the failed lines are done', async () => {
    const store = await openStore({ customers: 30 });
    const fault = store.sim.faults.add({ route: list, customerId: 13, fault: { kind: 'empty' } });
    const partial = await store.run('full');
    expect([partial.state, await verifiedSince(store)]).toEqual(['partial', null]);
    expect(await store.run('delta')).toMatchObject({ kind: 'delta' });
    expect(await verifiedSince(store)).toBeNull();
    fault.remove();
    expect(await store.run('full')).toMatchObject({ state: 'done' });
    expect(await verifiedSince(store)).not.toBeNull();
  });

  test('verification windows count once all of a pass are done', async () => {
    const store = await openStore({ customers: 350 });
    await store.run('full');
    const before = await verifiedSince(store);
    await store.clock.advance(60_000);
    const fault = store.sim.faults.add({ route: list, customerId: 20, fault: { kind: 'empty' } });
    expect(await store.run('delta', { deltaSlices: 4 })).toMatchObject({ state: 'partial' });
    fault.remove();
    for (let slice = 0; slice < 4; slice++) await store.run('delta', { deltaSlices: 4 });
    expect(await verifiedSince(store)).toEqual(before);
    for (let slice = 0; slice < 5; slice++) await store.run('delta', { deltaSlices: 4 });
    expect(await verifiedSince(store)).not.toEqual(before);
  });
});
