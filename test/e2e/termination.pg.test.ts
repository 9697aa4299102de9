import { describe, expect, test } from 'vitest';
import { expectedCustomer, storedCustomers } from '../support/expected-customer.ts';
import { isOver, shareWorld } from '../support/open-world.ts';
import { customerRequests, lastRequest } from '../support/store-requests.ts';

const shared = shareWorld();

describe.concurrent('a store that never ends', () => {
  test('a store that repeats its first page forever: the walk ends and gives the reason', async () => {
    const { app, db, untilRun, sim, storeId } = await shared().connectStore({ customers: 797 });
    sim.faults.add({ fault: { kind: 'same-page' } });
    const before = lastRequest(sim);
    const { run } = await app.sync.start.mutate({ storeId });
    const end = await untilRun(run.runId, 'a run that is over', isOver);
    expect(end).toMatchObject({
      state: 'failed',
      discovery: { state: 'failed', error: { code: 'no_progress' } },
    });
    // One page with new customers, six without, and one prefetched.
    expect(customerRequests(sim, before).length).toBeLessThanOrEqual(9);
    // What it did serve is kept.
    expect(await storedCustomers(db.admin, storeId)).toHaveLength(100);
  });

  test.each([
    ['none', '0'],
    ['half of them', { factor: 0.5 }],
    ['rubbish', 'abc'],
    ['a negative number', '-1'],
    ['nothing at all', 'missing'],
  ] as const)(
    'a store that says it has %s: every customer arrives all the same',
    async (_name, total) => {
      const { app, db, untilRun, sim, storeId } = await shared().connectStore({ customers: 420 });
      sim.faults.add({ fault: { kind: 'totals', total } });
      const { run } = await app.sync.start.mutate({ storeId });
      const end = await untilRun(run.runId, 'a run that is over', isOver);
      expect(end).toMatchObject({ state: 'done', counts: { total: 420, done: 420 } });
      expect(end.discovery.requestsUsed).toBeLessThanOrEqual(end.discovery.requestsBudget);
      expect(await storedCustomers(db.admin, storeId)).toEqual(
        sim.customers.list().map(expectedCustomer),
      );
    },
  );

  test('a store that reports a thousand million customers: read twice, the difference reported', async () => {
    const { app, untilRun, sim, storeId } = await shared().connectStore({ customers: 120 });
    sim.faults.add({ fault: { kind: 'totals', total: '1000000000' } });
    const { run } = await app.sync.start.mutate({ storeId });
    const end = await untilRun(run.runId, 'a run that is over', isOver);
    expect(end).toMatchObject({ state: 'done', counts: { total: 120, done: 120 } });
    const { items } = await app.sync.activity.query({ runId: run.runId, limit: 100 });
    const whole = items.find(({ event }) => event === 'discovery.complete');
    expect(whole).toMatchObject({
      level: 'warning',
      data: { seen: 120, storeTotal: 1_000_000_000 },
    });
  });

  test('a store that grows without end: the walk ends at its budget, fixed by the first page', async () => {
    const { app, untilRun, sim, storeId } = await shared().connectStore({ customers: 100 });
    sim.faults.add({ fault: { kind: 'endless-list' } });
    // It owns at most what it had.
    sim.faults.add({ fault: { kind: 'totals', total: '100' } });
    const before = lastRequest(sim);
    const { run } = await app.sync.start.mutate({ storeId });
    const end = await untilRun(run.runId, 'a run that is over', isOver, 60_000);
    expect(end).toMatchObject({
      state: 'failed',
      discovery: {
        error: { code: 'request_budget_spent' },
        requestsBudget: 3 * Math.ceil(100 / 99) + 50,
      },
    });
    expect(customerRequests(sim, before).length).toBeLessThanOrEqual(end.discovery.requestsBudget);
  });

  test('one customer that makes the store fail becomes one failed line, all others are synced', async () => {
    const { app, db, untilRun, sim, storeId } = await shared().connectStore({ customers: 120 });
    sim.faults.add({ fault: { kind: 'poison', ids: [77] } });
    const { run } = await app.sync.start.mutate({ storeId });
    const end = await untilRun(run.runId, 'a run that is over', isOver, 60_000);
    expect(end).toMatchObject({ state: 'partial', counts: { total: 120, done: 119, failed: 1 } });
    const stored = await storedCustomers(db.admin, storeId);
    expect(stored).toEqual(
      sim.customers
        .list()
        .filter(({ id }) => id !== 77)
        .map(expectedCustomer),
    );
  });
});
