import { expect, test } from 'vitest';
import { readActivity } from '../support/api-client.ts';
import { expectedCustomer, storedCustomers } from '../support/expected-customer.ts';
import { carefulPath, isOver, openWorld, TAKEOVER_MS } from '../support/open-world.ts';
import { customerRequests, lastRequest, timesAsked } from '../support/store-requests.ts';
import { countAsDead } from '../support/take-over.ts';
import { until } from '../support/until.ts';

/** A page takes long enough to be killed in the middle. */
const slow = { customers: 797, latency: { bootMs: 150, perCustomerMs: 0 } };

test('a worker killed while it reads the list: another continues, nothing duplicated, nothing lost', async () => {
  const { app, db, sim, storeId, startWorker, untilRun } = await openWorld(slow);
  // Detected as in production, by missing heartbeats, but sooner.
  const env = { MANTIS_DEAD_AFTER_SECONDS: '2' };
  const first = await startWorker({ env });
  const before = lastRequest(sim);
  const { run } = await app.sync.start.mutate({ storeId });
  await untilRun(run.runId, 'three pages', ({ discovery }) => discovery.pages >= 3);
  await first.kill();
  const left = await app.sync.status.query({ runId: run.runId });
  expect(left.discovery.state).toBe('walking');

  const second = await startWorker({ env });
  await untilRun(
    run.runId,
    'another page',
    ({ discovery }) => discovery.pages > left.discovery.pages,
    TAKEOVER_MS,
  );
  const end = await untilRun(run.runId, 'a run that is over', isOver);
  expect(end).toMatchObject({ state: 'done', counts: { total: 797, done: 797 } });
  expect(await storedCustomers(db.admin)).toEqual(sim.customers.list().map(expectedCustomer));
  // Only requests in flight at the crash are repeated.
  const twice = [...timesAsked(customerRequests(sim, before)).values()].filter(
    (times) => times > 1,
  );
  expect(twice.length).toBeLessThanOrEqual(3);
  const story = await readActivity(app, run.runId);
  expect(story.map(({ event }) => event)).toContain('discovery.reclaimed');
  expect(second.id).not.toBe(first.id);
});

test('a worker killed with a claimed batch: others process its customers, and the crash is counted', async () => {
  const world = await openWorld({ customers: 797 });
  const { app, db, sim, storeId, startWorker, untilRun } = world;
  const first = await startWorker();
  // Frozen at its first write: the batch is claimed, and cannot be applied.
  const session = await db.openSession();
  await session.query('begin');
  await session.query('lock table customer in share mode');
  const { run } = await app.sync.start.mutate({ storeId, settings: carefulPath });
  await untilRun(run.runId, 'a claimed batch', ({ counts }) => counts.processing >= 50);
  await first.kill();
  await countAsDead(world);
  await session.query('rollback');

  await startWorker();
  const end = await untilRun(run.runId, 'a run that is over', isOver, TAKEOVER_MS);
  expect(end).toMatchObject({
    state: 'done',
    counts: { total: 797, done: 797 },
    outcomes: { created: 797 },
  });
  expect(await storedCustomers(db.admin)).toEqual(sim.customers.list().map(expectedCustomer));
  const { rows } = await db.admin.query<{ tried: number }>(
    'select count(*)::int as tried from woo_customer_sync_queue_line where deaths = 1 and alone and attempts = 1',
  );
  expect(rows[0]?.tried).toBeGreaterThanOrEqual(50);
});

test('SIGTERM in the middle: the worker ends cleanly, no lease is left, and the next one continues', async () => {
  const { app, storeId, startWorker, untilRun } = await openWorld(slow);
  const first = await startWorker();
  const { run } = await app.sync.start.mutate({ storeId });
  await untilRun(run.runId, 'two pages', ({ discovery }) => discovery.pages >= 2);
  expect(await first.stop()).toEqual([0, null]);
  const left = await app.sync.status.query({ runId: run.runId });
  expect(left).toMatchObject({ state: 'processing', counts: { processing: 0 } });

  await startWorker();
  expect(await untilRun(run.runId, 'a run that is over', isOver)).toMatchObject({
    state: 'done',
    counts: { total: 797, done: 797 },
  });
});

test('two workers share one database: a run is worked on by both', async () => {
  const { app, db, sim, storeId, startWorker, untilRun } = await openWorld(slow);
  const workers = [await startWorker({ concurrency: 1 }), await startWorker({ concurrency: 1 })];
  const seen = new Set<string>();
  // A batch waits at its first write, so the other worker takes what is due next, and the leases of both stay.
  const session = await db.openSession();
  await session.query('begin');
  await session.query('lock table customer in share mode');
  const { run } = await app.sync.start.mutate({ storeId, settings: carefulPath });
  await until('leases of both workers', async () => {
    const { rows } = await db.admin.query<{ worker_id: string }>(
      `select distinct worker_id from woo_customer_sync_queue_line where worker_id is not null
       union select discovery_worker_id from woo_customer_sync_queue where discovery_worker_id is not null`,
    );
    for (const row of rows) seen.add(row.worker_id);
    return seen.size === 2;
  });
  await session.query('rollback');
  expect(seen).toEqual(new Set(workers.map(({ id }) => id)));
  expect(await untilRun(run.runId, 'a run that is over', isOver)).toMatchObject({
    state: 'done',
  });
  expect(await storedCustomers(db.admin)).toEqual(sim.customers.list().map(expectedCustomer));
});

test('a worker frozen beyond its leases has lost them: its late batch changes nothing', async () => {
  const world = await openWorld({ customers: 797 });
  const { app, db, sim, storeId, startWorker, untilRun } = world;
  const zombie = await startWorker();
  const session = await db.openSession();
  await session.query('begin');
  await session.query('lock table customer in share mode');
  const { run } = await app.sync.start.mutate({ storeId, settings: carefulPath });
  await untilRun(run.runId, 'a claimed batch', ({ counts }) => counts.processing >= 50);
  zombie.freeze();
  await countAsDead(world);
  await startWorker();
  await until('the frozen worker is off the list', async () => {
    const { rows } = await db.admin.query('select from sync_worker where id = $1', [zombie.id]);
    return rows.length === 0;
  });
  await session.query('rollback');
  const end = await untilRun(run.runId, 'a run that is over', isOver, TAKEOVER_MS);
  zombie.thaw();
  await until('the thawed worker is back', async () => {
    const { rows } = await db.admin.query('select from sync_worker where id = $1', [zombie.id]);
    return rows.length === 1;
  });
  expect(await zombie.stop()).toEqual([0, null]);
  expect(end).toMatchObject({ state: 'done', outcomes: { created: 797 } });
  expect(await app.sync.status.query({ runId: run.runId })).toMatchObject({
    revision: end.revision,
    activitySeq: end.activitySeq,
  });
  expect(await storedCustomers(db.admin)).toEqual(sim.customers.list().map(expectedCustomer));
});
