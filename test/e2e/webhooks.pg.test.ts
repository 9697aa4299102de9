import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { expectedCustomer, storedCustomers } from '../support/expected-customer.ts';
import { isOver, openWorld, shareWorld, type World } from '../support/open-world.ts';
import { until } from '../support/until.ts';

// A dead worker is found after a second, not after eight.
const env = { MANTIS_DEAD_AFTER_SECONDS: '1' };
// A burst of this test's own store is not a flood, however fast the machine.
const deliveryLimits = { perSecond: 1_000 };
const shared = shareWorld({ webhooks: true, deliveryLimits }, { env, concurrency: 4 });

/** A store that has been walked once, and has our webhooks. */
async function openLiveStore(): Promise<World> {
  return goLive(await shared().connectStore({ customers: 120 }));
}

async function goLive(world: World): Promise<World> {
  const { app, storeId, untilRun } = world;
  const { run } = await app.sync.start.mutate({ storeId });
  await untilRun(run.runId, 'a full walk', isOver);
  await untilState(world, 'active');
  return world;
}

const untilState = ({ app, storeId }: World, state: string) =>
  until(`webhooks that are ${state}`, async () => {
    const status = await app.webhook.status.query({ storeId });
    return status.state === state && status;
  });

async function active({ db, storeId }: World) {
  return (await storedCustomers(db.admin, storeId)).filter(({ deleted_at }) => deleted_at === null);
}

const untilSame = (world: World) =>
  until('a table that equals the store', async () =>
    isDeepStrictEqual(await active(world), world.sim.customers.list().map(expectedCustomer)),
  );

async function runsOf({ app, storeId }: World, kind: 'webhook' | 'delta' | 'reconcile') {
  return (await app.sync.list.query({ storeId, kinds: [kind], limit: 50 })).items;
}

test('changes in the store arrive by webhook: created, updated, deleted', async () => {
  const world = await openLiveStore();
  const { sim } = world;
  expect(sim.webhooks.all.map(({ topic, status }) => [topic, status])).toEqual([
    ['customer.created', 'active'],
    ['customer.updated', 'active'],
    ['customer.deleted', 'active'],
  ]);
  sim.customers.create({ email: 'new@shop.test', first_name: 'New' });
  sim.customers.update(7, { billing: { city: 'Aarhus' } });
  sim.customers.delete(9);
  await sim.flushDeliveries();
  await untilSame(world);
  expect(await runsOf(world, 'webhook')).toHaveLength(1);
  const { rows } = await world.db.admin.query(
    'select woo_id, kind, source from customer_change where store_id = $1 order by woo_id',
    [world.storeId],
  );
  expect(rows).toEqual([
    { woo_id: 7, kind: 'updated', source: 'webhook' },
    { woo_id: 9, kind: 'deleted', source: 'webhook' },
  ]);
});

test('a topic changed to deleted deletes no active customer (F67)', async () => {
  const world = await openLiveStore();
  const { sim, db, storeId } = world;
  sim.customers.update(7, { first_name: 'Alive' });
  const [delivery] = await sim.flushDeliveries();
  const webhook = sim.webhooks.get(delivery!.webhookId)!;
  const answer = await fetch(webhook.delivery_url, {
    method: 'POST',
    headers: { ...delivery!.headers, 'x-wc-webhook-topic': 'customer.deleted' },
    body: delivery!.body,
  });
  expect(answer.status).toBe(200);
  await untilSame(world);
  await untilApplied(world);
  const { rows } = await db.admin.query(
    'select deleted_at from customer where store_id = $1 and woo_id = 7',
    [storeId],
  );
  expect(rows).toEqual([{ deleted_at: null }]);
});

const untilApplied = ({ db, storeId }: World) =>
  until('deliveries that are all applied', async () => {
    const { rows } = await db.admin.query(
      `select from woo_webhook_delivery where store_id = $1 and state = 'pending'
       union all
       select from woo_customer_sync_queue
        where store_id = $1 and kind = 'webhook' and draft_count + processing_count > 0`,
      [storeId],
    );
    return rows.length === 0;
  });

test('an old delivery that comes late never overwrites what is newer (F64)', async () => {
  const world = await openLiveStore();
  const { sim, db, storeId } = world;
  sim.customers.update(7, { first_name: 'Old' });
  const [delivery] = await sim.flushDeliveries();
  sim.customers.update(7, { first_name: 'New' }, { silent: true });
  await untilApplied(world);
  const webhook = sim.webhooks.get(delivery!.webhookId)!;
  await fetch(webhook.delivery_url, {
    method: 'POST',
    headers: { ...delivery!.headers, 'x-wc-webhook-delivery-id': 'again' },
    body: delivery!.body,
  });
  await untilSame(world);
  const { rows } = await db.admin.query(
    'select first_name from customer where store_id = $1 and woo_id = 7',
    [storeId],
  );
  expect(rows).toEqual([{ first_name: 'New' }]);
});

test('a burst is coalesced by customer', async () => {
  const world = await openLiveStore();
  const { sim } = world;
  const before = sim.requests.length;
  for (let round = 0; round < 10; round++) {
    for (let id = 1; id <= 20; id++) sim.customers.update(id, { first_name: `Round ${round}` });
    await sim.flushDeliveries();
  }
  await untilSame(world);
  await untilApplied(world);
  // 200 deliveries about 20 customers: a few requests of up to 50 customers each.
  expect(sim.requests.length - before).toBeLessThanOrEqual(40);
  expect((await runsOf(world, 'webhook')).length).toBeLessThanOrEqual(10);
});

test('deliveries above the limit per second disable the webhook, and everything is still found (R4)', async () => {
  const world = await openWorld({
    webhooks: true,
    customers: 60,
    deliveryLimits: { perSecond: 1 },
  });
  await world.startWorker({ env });
  await goLive(world);
  const { sim, app, storeId } = world;
  for (let id = 1; id <= 30; id++) sim.customers.update(id, { first_name: 'Bulk' });
  const deliveries = await sim.flushDeliveries();
  expect(deliveries.map(({ status }) => status)).toContain(429);
  await untilSame(world);
  await until('a gap that is closed', async () => {
    const status = await app.webhook.status.query({ storeId });
    return status.state === 'active' && status.gapSince === null;
  });
  expect(sim.webhooks.all.map(({ status }) => status)).toEqual(['active', 'active', 'active']);
});

test('a disabled webhook is created again, and everything is verified before the gap closes (R4, R5)', async () => {
  const world = await openLiveStore();
  const { sim, app, storeId } = world;
  const webhook = sim.webhooks.all.find(({ topic }) => topic === 'customer.updated')!;
  webhook.status = 'disabled';
  sim.customers.update(12, { billing: { city: 'Aarhus' } });
  await sim.flushDeliveries();
  await app.webhook.repair.mutate({ storeId });
  // WooCommerce keeps its count of failures for a PUT: the next one would disable it again.
  const isMadeAgain = () =>
    sim.webhooks.all.some(
      ({ id, topic, status }) =>
        topic === 'customer.updated' && id !== webhook.id && status === 'active',
    );
  await until('a new webhook', async () => isMadeAgain());
  expect(sim.webhooks.get(webhook.id)).toBeUndefined();
  await untilSame(world);
  const [reconcile] = await until('a reconcile', async () => {
    const runs = await runsOf(world, 'reconcile');
    return runs.length > 0 && isOver(runs[0]!) && runs;
  });
  expect(reconcile).toMatchObject({ state: 'done', startedBy: { type: 'system' } });
  await until('a gap that is closed', async () => {
    const status = await app.webhook.status.query({ storeId });
    return status.gapSince === null;
  });
});

test('a read-only key: rejected, with the fix, and the store continues to sync', async () => {
  const world = await shared().connectStore({ customers: 30 }, ({ faults }) =>
    faults.add({ fault: { kind: 'status', status: 403 }, route: '/webhooks', method: 'POST' }),
  );
  const { app, storeId, untilRun } = world;
  const status = await untilState(world, 'refused');
  expect(status.reason).toContain('read and write');
  const { run } = await app.sync.start.mutate({ storeId });
  expect(await untilRun(run.runId, 'a run that is over', isOver)).toMatchObject({
    state: 'done',
  });
});

test('switched off, and with the store removed, no webhook of ours is left', async () => {
  const world = await openLiveStore();
  const { sim, app, storeId } = world;
  await app.webhook.setEnabled.mutate({ storeId, enabled: false });
  await until('webhooks that are gone', async () => sim.webhooks.all.length === 0);
  await app.webhook.setEnabled.mutate({ storeId, enabled: true });
  await until('webhooks that are back', async () => sim.webhooks.all.length === 3);
  await untilState(world, 'active');
  await app.store.remove.mutate({ storeId });
  expect(sim.webhooks.all).toEqual([]);
  // The store's own log is gone with it.
  expect((await world.person.member.log.query({}))[0]).toMatchObject({
    event: 'store.removed',
    message: 'Removed the store “Shop”, with its customers and runs.',
    actor: { type: 'api_key' },
  });
});

test('a worker killed while processing deliveries loses none', async () => {
  const world = await openLiveStore();
  const { sim, startWorker } = world;
  const worker = await startWorker({ env });
  sim.faults.add({ fault: { kind: 'delay', ms: 300 }, route: '/customers' });
  for (let id = 1; id <= 60; id++) sim.customers.update(id, { first_name: 'Killed' });
  await sim.flushDeliveries();
  await until('a webhook run at work', async () => (await runsOf(world, 'webhook')).length > 0);
  await worker.kill();
  await untilSame(world);
});

test('webhooks lost at random: after the next reconcile the table equals the store, always', async () => {
  const world = await openLiveStore();
  const { sim, app, storeId, untilRun } = world;
  let seed = 1;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 3; round++) {
    for (let change = 0; change < 12; change++) {
      const id = 1 + Math.floor(random() * 110);
      const silent = random() < 0.4;
      if (sim.customers.get(id) === undefined) continue;
      if (random() < 0.1) sim.customers.delete(id, { silent });
      else sim.customers.update(id, { first_name: `Change ${change}` }, { silent });
    }
    sim.customers.create({ email: `new${round}@shop.test` }, { silent: random() < 0.5 });
    await sim.flushDeliveries();
    const { run } = await app.sync.start.mutate({ storeId, kind: 'reconcile' });
    await untilRun(run.runId, 'a reconcile', isOver);
    await untilApplied(world);
    expect(await active(world)).toEqual(sim.customers.list().map(expectedCustomer));
  }
});

test('deliveries without a run are found by the sweep', async () => {
  const { db, storeId, orgId, sim } = await shared().connectStore({ customers: 20 });
  await db.admin.query(
    `insert into woo_webhook_delivery (org_id, store_id, delivery_id, topic, body_hash, woo_customer_id, received_at)
     values ($1, $2, 'd', 'customer.updated', decode(repeat('00', 32), 'hex'), 7, now() - interval '1 minute')`,
    [orgId, storeId],
  );
  await until('the customer that it names', async () => {
    const stored = await storedCustomers(db.admin, storeId);
    return stored.length === 1 && stored[0]?.['woo_id'] === sim.customers.get(7)?.id;
  });
});
