import { expect, test } from 'vitest';
import { type ActivityEntry, readActivity, readLines } from '../support/api-client.ts';
import { expectedCustomer, rowVersions, storedCustomers } from '../support/expected-customer.ts';
import { freezeClock } from '../support/freeze-clock.ts';
import { isOver, openWorld, type World } from '../support/open-world.ts';
import { customerRequests, lastRequest } from '../support/store-requests.ts';

const broken = [50, 200, 333, 500, 797];

/** The store serves five customers as no WooCommerce would. */
function breakCustomers({ sim }: World): void {
  sim.faults.add(
    { fault: { kind: 'patch-row', ids: [50, 200], set: { email: { address: 'lost' } } } },
    { fault: { kind: 'patch-row', ids: [333], remove: ['email', 'username'] } },
    { fault: { kind: 'patch-row', ids: [500], set: { email: true } } },
    { fault: { kind: 'patch-row', ids: [797], set: { email: ['a@b.test', 'c@d.test'] } } },
  );
}

/** Starts a run and waits until all customers are done except the broken ones, which wait for their first retry. */
async function startBrokenRun(world: World) {
  const clock = await freezeClock(world.db.admin);
  breakCustomers(world);
  await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId });
  const startedAt = clock.now;
  return { clock, startedAt, runId: run.runId };
}

const untilWaiting = (world: World, runId: string, phaseText: string) =>
  world.untilRun(
    runId,
    `five customers that wait: ${phaseText}`,
    (run) => run.counts.draft === 5 && run.counts.done === 792 && run.phaseText === phaseText,
  );

test('a broken customer is tried again after 1 s, 2 s and 4 s by the clock, and only then fails', async () => {
  const world = await openWorld({ customers: 797 });
  const { clock, startedAt, runId } = await startBrokenRun(world);

  await untilWaiting(world, runId, 'retrying, next try in 1 s');
  await clock.advance(999);
  await clock.untilLookedAt(runId);
  expect(await attemptsOf(world, runId)).toEqual([1, 1, 1, 1, 1]);
  await clock.advance(1);
  await untilWaiting(world, runId, 'retrying, next try in 2 s');
  expect(await attemptsOf(world, runId)).toEqual([2, 2, 2, 2, 2]);
  await clock.advance(2_000);
  await untilWaiting(world, runId, 'retrying, next try in 4 s');
  expect(await attemptsOf(world, runId)).toEqual([3, 3, 3, 3, 3]);
  await clock.advance(4_000);
  const end = await world.untilRun(runId, 'a run that is over', isOver);

  expect(end).toMatchObject({
    state: 'partial',
    phaseText: 'ended with 5 failed customers',
    processCount: 1,
    isActionRequired: false,
    counts: { total: 797, done: 792, failed: 5 },
  });
  const activity = await readActivity(world.app, runId);
  for (const wooCustomerId of broken) {
    expect(triesOf(activity, wooCustomerId, startedAt)).toEqual([
      { event: 'line.retrying', attempts: 1, delayMs: 1_000, afterMs: 0 },
      { event: 'line.retrying', attempts: 2, delayMs: 2_000, afterMs: 1_000 },
      { event: 'line.retrying', attempts: 3, delayMs: 4_000, afterMs: 3_000 },
      { event: 'line.failed', attempts: 4, delayMs: undefined, afterMs: 7_000 },
    ]);
  }
  const failed = (await readLines(world.app, runId)).filter(({ state }) => state === 'failed');
  expect(failed.map(({ wooCustomerId, attempts }) => [wooCustomerId, attempts])).toEqual(
    broken.map((id) => [id, 4]),
  );
  expect(failed.map(({ error }) => error?.message)).toEqual(
    broken.map(() => expect.stringContaining('email')),
  );
});

test('a retry syncs the failed customers after the store is fixed, and no others', async () => {
  const world = await openWorld({ customers: 797 });
  const { app, db, person, sim, storeId, startWorker, untilRun } = world;
  breakCustomers(world);
  await startWorker();
  const { run } = await app.sync.start.mutate({ storeId, settings: { maxRetries: 0 } });
  const { runId } = run;
  await untilRun(runId, 'a run that ended partial', ({ state }) => state === 'partial');
  const versions = await rowVersions(db.admin, storeId);
  expect(versions.size).toBe(792);
  const asked = lastRequest(sim);
  const { activitySeq } = await app.sync.status.query({ runId });

  sim.faults.clear();
  const retried = await person.sync.retry.mutate({ runId });
  expect(retried).toMatchObject({ retriedLines: 5, run: { runId, round: 2 } });
  const end = await untilRun(runId, 'a run that is over', isOver);

  expect(end).toMatchObject({
    state: 'done',
    round: 2,
    processCount: 1,
    counts: { total: 797, done: 797, failed: 0 },
    outcomes: { created: 797, updated: 0, unchanged: 0 },
  });
  expect(await storedCustomers(db.admin)).toEqual(sim.customers.list().map(expectedCustomer));
  const versionsNow = await rowVersions(db.admin, storeId);
  for (const id of broken) versionsNow.delete(id);
  expect(versionsNow).toEqual(versions);
  expect(customerRequests(sim, asked)).toMatchObject([{ ids: broken, status: 200 }]);
  const story = (await readActivity(app, runId)).slice(activitySeq);
  expect(story.map(({ event, actor }) => [event, actor.type])).toEqual([
    ['run.retried', 'user'],
    ['batch.applied', 'system'],
    ['run.done', 'system'],
  ]);
});

async function attemptsOf({ app }: World, runId: string): Promise<number[]> {
  const lines = await readLines(app, runId);
  return broken.flatMap((id) => lines.find((line) => line.wooCustomerId === id)?.attempts ?? []);
}

function triesOf(activity: readonly ActivityEntry[], wooCustomerId: number, startedAt: number) {
  return activity
    .filter(({ data }) => data['wooCustomerId'] === wooCustomerId)
    .map(({ event, at, data }) => ({
      event,
      attempts: data['attempts'],
      delayMs: data['delayMs'],
      afterMs: Date.parse(at) - startedAt,
    }));
}
