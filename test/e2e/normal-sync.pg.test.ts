import { expect, test } from 'vitest';
import { type ApiClient, readActivity, readLines } from '../support/api-client.ts';
import { expectedCustomer, rowVersions, storedCustomers } from '../support/expected-customer.ts';
import { isOver, openWorld, shareWorld } from '../support/open-world.ts';
import { customerRequests, lastRequest, timesAsked } from '../support/store-requests.ts';
import { watchRun } from '../support/watch-run.ts';

const shared = shareWorld();

test('797 customers arrive in batches of 50, each exactly once and with the fields that the store has', async () => {
  const { app, db, sim, storeId, untilRun } = await shared().connectStore({ customers: 797 });
  const before = lastRequest(sim);
  const { run, created } = await app.sync.start.mutate({ storeId });
  expect(created).toBe(true);
  const end = await untilRun(run.runId, 'a run that is over', isOver);

  expect(end).toMatchObject({
    state: 'done',
    phase: 'done',
    percent: 100,
    round: 1,
    processCount: 0,
    isActionRequired: false,
    counts: { total: 797, draft: 0, processing: 0, done: 797, failed: 0, cancelled: 0 },
    outcomes: { created: 797, updated: 0, unchanged: 0, deleted: 0 },
    discovery: { state: 'complete', storeTotal: 797, error: null },
  });
  expect(await storedCustomers(db.admin, storeId)).toEqual(
    sim.customers.list().map(expectedCustomer),
  );
  const sizes = await batchSizes(app, run.runId);
  expectFull(sizes);
  expect(sizes).toHaveLength(end.batches);
  const lines = await readLines(app, run.runId);
  expect(lines.map(({ wooCustomerId }) => wooCustomerId)).toEqual([...sim.customers.ids()]);
  expect(lines.every(({ state, attempts }) => state === 'done' && attempts === 1)).toBe(true);

  const asked = customerRequests(sim, before);
  expect(Math.max(...timesAsked(asked).values())).toBe(1);
  expect(asked.length).toBeLessThanOrEqual(end.discovery.requestsUsed);
});

test('the activity is complete, from started to done', async () => {
  const { app, storeId, untilRun } = await shared().connectStore({ customers: 797 });
  const { run } = await app.sync.start.mutate({ storeId });
  const end = await untilRun(run.runId, 'a run that is over', isOver);

  const activity = await readActivity(app, run.runId);
  expect(activity.map(({ seq }) => seq)).toEqual(activity.map((_, index) => index + 1));
  expect(activity).toHaveLength(end.activitySeq);
  expect(activity[0]).toMatchObject({
    event: 'run.started',
    actor: { type: 'api_key', name: 'erp' },
  });
  expect(activity[1]).toMatchObject({ event: 'discovery.started' });
  expect(activity.at(-1)).toMatchObject({
    event: 'run.done',
    data: { counts: { done: 797, failed: 0 }, outcomes: { created: 797 } },
  });
  const batches = activity.filter(({ event }) => event === 'batch.applied');
  expect(batches.map(({ data }) => data['batch'])).toEqual(batches.map((_, index) => index + 1));
  expectFull(await batchSizes(app, run.runId));
  const pages = activity.filter(({ event }) => event === 'discovery.page');
  expect(pages.reduce((sum, { data }) => sum + Number(data['added']), 0)).toBe(797);
  expect(activity.filter(({ event }) => event === 'discovery.complete')).toMatchObject([
    { data: { seen: 797, storeTotal: 797 } },
  ]);
  expect(activity.filter(({ level }) => level !== 'info')).toEqual([]);
});

test('a subscriber sees progress in order, never backwards, up to 100 %', async () => {
  const { app, person, storeId, startWorker } = await openWorld({ customers: 797 });
  const { run } = await app.sync.start.mutate({ storeId });
  const watched = watchRun(person, run.runId);
  const first = await watched.untilSeen('the run as it stands', () => true);
  expect(first).toMatchObject({ state: 'draft', percent: 0, phase: 'queued' });

  await startWorker();
  const last = await watched.untilSeen('the end', isOver);
  watched.stop();
  expect(last).toMatchObject({ state: 'done', percent: 100, counts: { done: 797 } });
  expect(last).toEqual(await app.sync.status.query({ runId: run.runId }));
  const revisions = watched.runs.map(({ revision }) => revision);
  expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
  const percents = watched.runs.map(({ percent }) => percent);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(watched.runs.filter(({ percent, state }) => percent === 100 && state !== 'done')).toEqual(
    [],
  );
  expect(watched.runs.some(({ state, percent }) => state === 'processing' && percent < 100)).toBe(
    true,
  );
  expect(watched.activity).toEqual(await readActivity(app, run.runId));
});

test('a second sync finds 797 unchanged customers and writes none', async () => {
  const { app, db, storeId, untilRun } = await shared().connectStore({ customers: 797 });
  const first = await app.sync.start.mutate({ storeId });
  await untilRun(first.run.runId, 'a first run that is over', isOver);
  const before = await rowVersions(db.admin, storeId);

  const second = await app.sync.start.mutate({ storeId });
  expect(second.run.runId).not.toBe(first.run.runId);
  const end = await untilRun(second.run.runId, 'a second run that is over', isOver);
  expect(end).toMatchObject({
    state: 'done',
    outcomes: { created: 0, updated: 0, unchanged: 797, deleted: 0 },
  });
  expect(await rowVersions(db.admin, storeId)).toEqual(before);
});

async function batchSizes(app: ApiClient, runId: string): Promise<number[]> {
  const activity = await readActivity(app, runId);
  return activity
    .filter(({ event }) => event === 'batch.applied')
    .map(({ data }) => Number(data['lines']));
}

/**
 * Sixteen batches, the last with the remaining 47. If the machine writes a page slowly, the next one takes the
 * careful path; then each path has a remainder.
 */
function expectFull(sizes: readonly number[]): void {
  const remainders = sizes.filter((size) => size !== 50);
  expect(sizes.length - remainders.length).toBeGreaterThanOrEqual(14);
  expect(remainders.length).toBeLessThanOrEqual(2);
  expect(Math.max(...remainders)).toBeLessThan(50);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(797);
}
