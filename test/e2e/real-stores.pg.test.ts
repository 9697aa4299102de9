import type { ActivityView, RunStatus } from '@mantis-sync/sync-core';
import type { FaultRule } from '@mantis-sync/woo-sim';
import { describe, expect, test } from 'vitest';
import { expectSame } from '../support/expect-fixpoint.ts';
import { storedCustomers } from '../support/expected-customer.ts';
import { openShop, type Shop } from '../support/open-shop.ts';
import { customerRequests, lastRequest, timesAsked } from '../support/store-requests.ts';

const CUSTOMERS = 230;
const list = '/wc/v3/customers';

async function activityOf({ sync, caller }: Shop, { runId }: RunStatus): Promise<ActivityView[]> {
  const { items } = await sync.activity(caller, { runId, limit: 500 });
  return items;
}

async function entryOf(
  shop: Shop,
  run: RunStatus,
  event: string,
): Promise<ActivityView | undefined> {
  return (await activityOf(shop, run)).find((entry) => entry.event === event);
}

async function historyOf({ db }: Shop): Promise<number> {
  const { rows } = await db.admin.query<{ count: number }>(
    'select count(*)::int as count from customer_change',
  );
  return rows[0]?.count ?? 0;
}

test('a time slice that ends throws away no page in flight, however slow the store is (R12)', async () => {
  // A time slice is at most four seconds; the pages take longer than that.
  const latency = { bootMs: 2_500, perCustomerMs: 0 };
  const shop = await openShop({ customers: 600, latency });
  const connected = lastRequest(shop.sim);
  expect(await shop.run('full')).toMatchObject({ state: 'done', counts: { done: 600 } });
  const asked = customerRequests(shop.sim, connected);
  expect(asked.length).toBeGreaterThan(6);
  expect(asked.filter(({ status }) => status !== 200)).toEqual([]);
  expect([...timesAsked(asked)].filter(([, times]) => times > 1)).toEqual([]);
});

test('after a store was restored, a reconcile restores its rows and reports it (1.2, R1)', async () => {
  const shop = await openShop({ customers: CUSTOMERS });
  const backup = shop.sim.customers.list().slice(0, 40);
  for (const { id } of backup) shop.sim.customers.update(id, { first_name: 'AfterEdit' });
  await shop.run('full');
  for (const customer of backup)
    shop.sim.customers.replace({ ...customer, date_modified_gmt: '2020-01-10T00:00:00' });
  const end = await shop.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { updated: 40 } });
  expect((await entryOf(shop, end, 'reconcile.report'))?.data).toMatchObject({
    compared: CUSTOMERS,
    differed: 40,
    repaired: 40,
    notRepaired: 0,
  });
  await expectSame(shop);
});

test('a store whose clock was ahead once blocks no later update (1.2)', async () => {
  let ahead = 600_000;
  const shop = await openShop({ customers: 30, now: () => Date.now() + ahead });
  await shop.run('full');
  ahead = 0;
  const customer = shop.sim.customers.get(7)!;
  shop.sim.customers.replace({ ...customer, first_name: 'Later', date_modified_gmt: null });
  await shop.run('reconcile');
  await expectSame(shop);
});

test('the key of a shop manager erases no meta data (R3)', async () => {
  const shop = await openShop({ customers: CUSTOMERS });
  for (const { id } of shop.sim.customers.list().slice(0, 20)) {
    const customer = shop.sim.customers.get(id)!;
    shop.sim.customers.replace({ ...customer, meta_data: [{ id: 1, key: 'vat', value: 'X' }] });
  }
  await shop.run('full');
  const before = await storedCustomers(shop.db.admin);
  shop.sim.keys[0]!.userRole = 'shop_manager';
  const end = await shop.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { updated: 0, unchanged: CUSTOMERS } });
  expect(await storedCustomers(shop.db.admin)).toEqual(before);
  expect(await historyOf(shop)).toBe(0);
  const again = await shop.run('full');
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
    const shop = await openShop({ customers: CUSTOMERS });
    shop.sim.faults.add({ route: list, skip: 2, times: 5, fault });
    const end = await shop.run('full');
    expect(end).toMatchObject({ state: 'done', counts: { total: CUSTOMERS, failed: 0 } });
    const waits = (await activityOf(shop, end)).filter(
      ({ event }) => event === 'discovery.waiting',
    );
    const first = waits.at(-1);
    expect(first?.data).toMatchObject({ code, pageSize: 100 });
    if (code === 'maintenance') expect(first?.data['delayMs']).toBeLessThanOrEqual(15_000);
    await expectSame(shop);
  });
});

test('one customer with an empty response fails alone (R8)', async () => {
  const shop = await openShop({ customers: CUSTOMERS });
  shop.sim.faults.add({ route: list, customerId: 113, fault: { kind: 'empty' } });
  const end = await shop.run('full');
  expect(end).toMatchObject({ state: 'partial', counts: { total: CUSTOMERS, failed: 1 } });
  const { items } = await shop.sync.lines(shop.caller, {
    runId: end.runId,
    state: 'failed',
    limit: 5,
  });
  expect(items[0]?.error?.message).toContain('sent an empty response');
});

test('kind 3: invalid fields fail no customer, and are reported once a run', async () => {
  const shop = await openShop({ customers: CUSTOMERS });
  const ids = shop.sim.customers.ids('all').slice(0, 41);
  shop.sim.faults.add({
    route: list,
    fault: { kind: 'patch-row', ids, set: { avatar_url: false, role: ['customer', 'b2b'] } },
  });
  const end = await shop.run('full');
  expect(end).toMatchObject({ state: 'done', counts: { failed: 0 } });
  const reported = (await activityOf(shop, end)).filter(({ event }) => event === 'run.corrections');
  expect(reported).toHaveLength(1);
  expect(reported[0]?.message).toContain(
    '`avatar_url` was not text and was left empty for 41 customers.',
  );
});

test('kind 5: a visit is no change', async () => {
  const shop = await openShop({ customers: 30 });
  const visit = (at: number) => {
    for (const customer of shop.sim.customers.list()) {
      const meta_data = [{ id: at, key: 'wc_last_active', value: String(at) }];
      shop.sim.customers.replace({ ...customer, meta_data });
    }
  };
  visit(1);
  await shop.run('full');
  visit(2);
  const end = await shop.run('reconcile');
  expect(end.outcomes).toMatchObject({ updated: 0, unchanged: 30 });
  expect(await historyOf(shop)).toBe(0);
});

test('kind 5: an organisation adds keys that are no content', async () => {
  const shop = await openShop({ customers: 30 });
  await shop.organisations.setVolatileMetaKeys(shop.caller, { volatileMetaKeys: ['crm_*'] });
  await shop.run('full');
  for (const customer of shop.sim.customers.list()) {
    const meta_data = [...customer.meta_data, { id: 900, key: 'crm_seen', value: 'x' }];
    shop.sim.customers.replace({ ...customer, meta_data });
  }
  expect((await shop.run('reconcile')).outcomes).toMatchObject({ updated: 0, unchanged: 30 });
});

test('a noisy 404 means that a customer was deleted, and pauses nothing (R2)', async () => {
  const shop = await openShop({ customers: 30 });
  await shop.run('full');
  shop.sim.faults.add({ fault: { kind: 'php-notice' } });
  shop.sim.customers.delete(7);
  const end = await shop.run('reconcile');
  expect(end).toMatchObject({ state: 'done', outcomes: { deleted: 1 } });
});

test('a delta reads everyone who may have been active since the last one (R11)', async () => {
  const shop = await openShop({ customers: 30 });
  await shop.run('full');
  await shop.run('delta');
  const before = customerRequests(shop.sim).length;
  const active = shop.sim.customers.get(7)!;
  const today = new Date().toISOString().slice(0, 10);
  shop.sim.customers.replace({ ...active, last_active_gmt: `${today}T00:00:00` });
  await shop.run('delta');
  // The report's row stays as it is, the customer does not.
  shop.sim.customers.replace({
    ...shop.sim.customers.get(7)!,
    first_name: 'Again',
    date_modified_gmt: null,
  });
  await shop.run('delta', { deltaSlices: 10_000 });
  expect(customerRequests(shop.sim).length).toBeGreaterThan(before);
  await expectSame(shop);
});

test('a store can be connected only once, by any address', async () => {
  const shop = await openShop({ customers: 3 });
  const again = shop.stores.connect(shop.caller, {
    name: 'Again',
    url: `${shop.sim.url}/my-account/`,
    ...shop.sim.defaultCredentials,
  });
  await expect(again).rejects.toMatchObject({ code: 'store_exists' });
});

test('a store with another prefix of its API is connected and walked (R10)', async () => {
  const shop = await openShop({ customers: 30, restPrefix: 'backend-api' });
  expect(await shop.run('full')).toMatchObject({ state: 'done', counts: { total: 30 } });
});
