import type { ActivityView, RunStatus } from '@mantis-sync/sync-core';
import type { FaultRule } from '@mantis-sync/woo-sim';
import { describe, expect, test } from 'vitest';
import { expectSame } from '../support/expect-fixpoint.ts';
import { storedCustomers } from '../support/expected-customer.ts';
import { openStore, type OpenStore } from '../support/open-store.ts';
import { customerRequests, lastRequest, timesAsked } from '../support/store-requests.ts';

const CUSTOMERS = 230;
const list = '/wc/v3/customers';

async function activityOf(
  { sync, caller }: OpenStore,
  { runId }: RunStatus,
): Promise<ActivityView[]> {
  const { items } = await sync.activity(caller, { runId, limit: 500 });
  return items;
}

async function entryOf(
  store: OpenStore,
  run: RunStatus,
  event: string,
): Promise<ActivityView | undefined> {
  return (await activityOf(store, run)).find((entry) => entry.event === event);
}

async function historyOf({ db }: OpenStore): Promise<number> {
  const { rows } = await db.admin.query<{ count: number }>(
    'select count(*)::int as count from customer_change',
  );
  return rows[0]?.count ?? 0;
}

test('a time slice that ends throws away no page in flight, however slow the store is (R12)', async () => {
  // A time slice is at most four seconds; the pages take longer than that.
  const latency = { bootMs: 2_500, perCustomerMs: 0 };
  const store = await openStore({ customers: 600, latency });
  const connected = lastRequest(store.sim);
  expect(await store.run('full')).toMatchObject({ state: 'done', counts: { done: 600 } });
  const asked = customerRequests(store.sim, connected);
  expect(asked.length).toBeGreaterThan(6);
  expect(asked.filter(({ status }) => status !== 200)).toEqual([]);
  expect([...timesAsked(asked)].filter(([, times]) => times > 1)).toEqual([]);
});

test('after a store was restored, a reconcile restores its rows and reports it (1.2, R1)', async () => {
  const store = await openStore({ customers: CUSTOMERS });
  const backup = store.sim.customers.list().slice(0, 40);
  for (const { id } of backup) store.sim.customers.update(id, { first_name: 'AfterEdit' });
  await store.run('full');
  for (const customer of backup)
    store.sim.customers.replace({ ...customer, date_modified_gmt: '2020-01-10T00:00:00' });
  const end = await store.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { updated: 40 } });
  expect((await entryOf(store, end, 'reconcile.report'))?.data).toMatchObject({
    compared: CUSTOMERS,
    differed: 40,
    repaired: 40,
    notRepaired: 0,
  });
  await expectSame(store);
});

test('a store whose clock was ahead once blocks no later update (1.2)', async () => {
  let ahead = 600_000;
  const store = await openStore({ customers: 30, now: () => Date.now() + ahead });
  await store.run('full');
  ahead = 0;
  const customer = store.sim.customers.get(7)!;
  store.sim.customers.replace({ ...customer, first_name: 'Later', date_modified_gmt: null });
  await store.run('reconcile');
  await expectSame(store);
});

test('the key of a shop manager erases no meta data (R3)', async () => {
  const store = await openStore({ customers: CUSTOMERS });
  for (const { id } of store.sim.customers.list().slice(0, 20)) {
    const customer = store.sim.customers.get(id)!;
    store.sim.customers.replace({ ...customer, meta_data: [{ id: 1, key: 'vat', value: 'X' }] });
  }
  await store.run('full');
  const before = await storedCustomers(store.db.admin);
  store.sim.keys[0]!.userRole = 'shop_manager';
  const end = await store.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { updated: 0, unchanged: CUSTOMERS } });
  expect(await storedCustomers(store.db.admin)).toEqual(before);
  expect(await historyOf(store)).toBe(0);
  const again = await store.run('full');
  expect(again.outcomes).toMatchObject({ updated: 0 });
});

describe('during an outage of the store the run waits, and no customer fails (R7)', () => {
  test.each<[string, FaultRule['fault'], string]>([
    ['its database', { kind: 'wp-die', reason: 'database' }, 'database_down'],
    ['an update (R14)', { kind: 'wp-die', reason: 'maintenance' }, 'maintenance'],
    [
      'a web server without PHP',
      { kind: 'status', status: 502, body: 'html' },
      'store_unavailable',
    ],
    ['PHP that fails', { kind: 'status', status: 500 }, 'store_error'],
  ])('%s', async (_what, fault, code) => {
    const store = await openStore({ customers: CUSTOMERS });
    store.sim.faults.add({ route: list, skip: 2, times: 5, fault });
    const end = await store.run('full');
    expect(end).toMatchObject({ state: 'done', counts: { total: CUSTOMERS, failed: 0 } });
    const waits = (await activityOf(store, end)).filter(
      ({ event }) => event === 'discovery.waiting',
    );
    const first = waits.at(-1);
    expect(first?.data).toMatchObject({ code, pageSize: 100 });
    if (code === 'maintenance') expect(first?.data['delayMs']).toBeLessThanOrEqual(15_000);
    await expectSame(store);
  });
});

test('one customer with an empty response fails alone (R8)', async () => {
  const store = await openStore({ customers: CUSTOMERS });
  store.sim.faults.add({ route: list, customerId: 113, fault: { kind: 'empty' } });
  const end = await store.run('full');
  expect(end).toMatchObject({ state: 'partial', counts: { total: CUSTOMERS, failed: 1 } });
  const { items } = await store.sync.lines(store.caller, {
    runId: end.runId,
    state: 'failed',
    limit: 5,
  });
  expect(items[0]?.error?.message).toContain('sent an empty response');
});

test('kind 3: invalid fields fail no customer, and are reported once a run', async () => {
  const store = await openStore({ customers: CUSTOMERS });
  const ids = store.sim.customers.ids('all').slice(0, 41);
  store.sim.faults.add({
    route: list,
    fault: { kind: 'patch-row', ids, set: { avatar_url: false, role: ['customer', 'b2b'] } },
  });
  const end = await store.run('full');
  expect(end).toMatchObject({ state: 'done', counts: { failed: 0 } });
  const reported = (await activityOf(store, end)).filter(
    ({ event }) => event === 'run.corrections',
  );
  expect(reported).toHaveLength(1);
  expect(reported[0]?.message).toContain(
    '`avatar_url` was not text and was left empty for 41 customers.',
  );
});

test('kind 5: a visit is no change', async () => {
  const store = await openStore({ customers: 30 });
  const visit = (at: number) => {
    for (const customer of store.sim.customers.list()) {
      const meta_data = [{ id: at, key: 'wc_last_active', value: String(at) }];
      store.sim.customers.replace({ ...customer, meta_data });
    }
  };
  visit(1);
  await store.run('full');
  visit(2);
  const end = await store.run('reconcile');
  expect(end.outcomes).toMatchObject({ updated: 0, unchanged: 30 });
  expect(await historyOf(store)).toBe(0);
});

test('kind 5: an organisation adds keys that are no content', async () => {
  const store = await openStore({ customers: 30 });
  await store.organisations.setVolatileMetaKeys(store.caller, { volatileMetaKeys: ['crm_*'] });
  await store.run('full');
  for (const customer of store.sim.customers.list()) {
    const meta_data = [...customer.meta_data, { id: 900, key: 'crm_seen', value: 'x' }];
    store.sim.customers.replace({ ...customer, meta_data });
  }
  expect((await store.run('reconcile')).outcomes).toMatchObject({ updated: 0, unchanged: 30 });
});

test('a noisy 404 means that a customer was deleted, and pauses nothing (R2)', async () => {
  const store = await openStore({ customers: 30 });
  await store.run('full');
  store.sim.faults.add({ fault: { kind: 'php-notice' } });
  store.sim.customers.delete(7);
  const end = await store.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { deleted: 1 } });
});

test('a delta reads everyone who may have been active since the last one (R11)', async () => {
  const store = await openStore({ customers: 30 });
  await store.run('full');
  await store.run('delta');
  const before = customerRequests(store.sim).length;
  const active = store.sim.customers.get(7)!;
  const today = new Date().toISOString().slice(0, 10);
  store.sim.customers.replace({ ...active, last_active_gmt: `${today}T00:00:00` });
  await store.run('delta');
  // The report's row stays as it is, the customer does not.
  store.sim.customers.replace({
    ...store.sim.customers.get(7)!,
    first_name: 'Again',
    date_modified_gmt: null,
  });
  await store.run('delta', { deltaSlices: 10_000 });
  expect(customerRequests(store.sim).length).toBeGreaterThan(before);
  await expectSame(store);
});

test('a store can be connected only once, by any address', async () => {
  const store = await openStore({ customers: 3 });
  const again = store.stores.connect(store.caller, {
    name: 'Again',
    url: `${store.sim.url}/my-account/`,
    ...store.sim.defaultCredentials,
  });
  await expect(again).rejects.toMatchObject({ code: 'store_exists' });
});

test('a store with another prefix of its API is connected and walked (R10)', async () => {
  const store = await openStore({ customers: 30, restPrefix: 'backend-api' });
  expect(await store.run('full')).toMatchObject({ state: 'done', counts: { total: 30 } });
});
