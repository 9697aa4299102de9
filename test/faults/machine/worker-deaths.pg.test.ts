import { expect, test } from 'vitest';
import { readActivity } from '../../support/api-client.ts';
import { carefulPath, isOver, openWorld } from '../../support/open-world.ts';
import { storeInput } from '../../support/store-input.ts';
import { until } from '../../support/until.ts';
import { createWooSim } from '@mantis-sync/woo-sim';
import { expectDone, expectWhole } from '../../support/expect-whole.ts';
import { countAsDead, triesOf, untilEnded, untilKilled } from '../../support/take-over.ts';

test('a customer that crashes four workers fails, and the others are synced (F6, F73)', async () => {
  const world = await openWorld({ customers: 120 });
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId });
  const poison = world.sim.customers.list()[60]?.id ?? 0;
  // The first is counted on the run: from then on its page takes the careful path.
  for (let death = 1; death <= 4; death++) {
    await untilKilled(await world.startWorker({ failpoint: `processing.line@${poison}` }));
    await countAsDead(world);
  }
  await world.startWorker();
  const end = await world.untilRun(run.runId, 'a run that is over', isOver);
  expect(end).toMatchObject({ state: 'partial', counts: { done: 119, failed: 1 } });
  await expectWhole(world, end);
  const failed = (await triesOf(world, run.runId)).filter(({ state }) => state === 'failed');
  expect(failed).toMatchObject([{ wooId: poison, deaths: 3, code: 'worker_died' }]);
  const story = await readActivity(world.app, run.runId);
  expect(story.some(({ message }) => message.startsWith(`Customer ${poison} failed`))).toBe(true);
});

test('workers killed while they wait for a silent store blame no page (F6)', async () => {
  const world = await openWorld({ customers: 120 });
  const silence = world.sim.faults.add({ route: '/wc/v3/customers', fault: { kind: 'never' } });
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId });
  for (let death = 1; death <= 4; death++) {
    const worker = await world.startWorker();
    await until('a request that stays open', () => silence.hits >= death);
    await worker.kill();
    await countAsDead(world);
  }
  silence.remove();
  await world.startWorker();
  const end = await world.untilRun(run.runId, 'a run that is over', isOver);
  expect(end).toMatchObject({ state: 'done', action: null, counts: { done: 120 } });
  await expectWhole(world, end);
});

test('a customer that breaks our own code fails alone after its attempts (F73)', async () => {
  const world = await openWorld({ customers: 120 });
  const poison = world.sim.customers.list()[60]?.id ?? 0;
  await world.startWorker({ failpoint: `processing.line@${poison}:throw` });
  const { run } = await world.app.sync.start.mutate({
    storeId: world.storeId,
    settings: { retryBaseMs: 50 },
  });
  const end = await world.untilRun(run.runId, 'a run that is over', isOver);
  expect(end).toMatchObject({ state: 'partial', counts: { done: 119, failed: 1 } });
  await expectWhole(world, end);
  const failed = (await triesOf(world, run.runId)).filter(({ state }) => state === 'failed');
  expect(failed).toMatchObject([{ wooId: poison, attempts: 4, code: 'internal_error' }]);
});

test('while a killed worker still holds its jobs, those of other stores continue (F7)', async () => {
  const world = await openWorld({ customers: 150 });
  const other = await createWooSim({ customers: 90, pretendHttps: true, guests: 0 });
  try {
    const { id: storeId } = await world.app.store.connect.mutate(storeInput(other, 'Other shop'));
    const { run: held } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: carefulPath,
    });
    await untilKilled(await world.startWorker({ failpoint: 'processing.claimed', concurrency: 1 }));
    // Its crash has not been noticed yet.
    await world.startWorker({ concurrency: 1 });
    const { run } = await world.app.sync.start.mutate({ storeId });
    const end = await world.untilRun(run.runId, 'the run of the other store', isOver);
    expect(end).toMatchObject({ state: 'done', counts: { done: 90 } });
    await countAsDead(world);
    await world.untilRun(held.runId, 'the run that was held', ({ state }) => state === 'done');
  } finally {
    await other.close();
  }
});

test('after a second stop signal a worker ends immediately, and others continue its work (F11)', async () => {
  const world = await openWorld({ customers: 150 });
  const session = await world.db.openSession();
  await session.query('begin');
  await session.query('lock table customer in share mode');
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({
    storeId: world.storeId,
    settings: carefulPath,
  });
  await world.untilRun(run.runId, 'a claimed batch', ({ counts }) => counts.processing > 0);
  worker.signal('SIGTERM');
  await worker.untilLogged('stopping');
  worker.signal('SIGTERM');
  expect(await untilEnded(worker)).toEqual([1, null]);
  await session.query('rollback');
  await world.startWorker();
  await expectDone(world, run.runId);
});

/** Loaded before a worker: its clock is off once it gets SIGUSR2. */
const shiftClock = (ms: number) =>
  `data:text/javascript,${encodeURIComponent(
    `const now = Date.now.bind(Date), Real = Date;
     let off = 0;
     process.on('SIGUSR2', () => { off = ${ms}; });
     globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(now() + off) } };
     Date.now = () => now() + off;`,
  )}`;

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
])(
  'the clock of a worker that is %s moves no lease and no death (F70)',
  async (_what, offsetMs) => {
    const world = await openWorld({ customers: 400 });
    const env = { MANTIS_DEAD_AFTER_SECONDS: '2' };
    const right = await world.startWorker({ env });
    const shifted = await world.startWorker({ env, preload: shiftClock(offsetMs) });
    const { run } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: { pace: 'gentle', batchDelayMs: 1_000 },
    });
    // Connected while the clocks are right: the store rejects signed requests of another time.
    await world.untilRun(
      run.runId,
      'the whole list',
      ({ discovery }) => discovery.state === 'complete',
    );
    shifted.signal('SIGUSR2');
    const session = await world.db.openSession();
    await session.query('begin');
    await session.query('lock table customer in share mode');
    const { rows: clocks } = await session.query<{ now: Date }>('select clock_timestamp() as now');
    const lockedAt = clocks[0]?.now;
    await world.untilRun(run.runId, 'a claimed batch', ({ counts }) => counts.processing > 0);
    // Longer than the time after which a silent worker counts as dead; shorter than the ten seconds that a worker waits for a lock.
    await until('heartbeats of both for three seconds', async () => {
      const { rows } = await world.db.admin.query(
        `select from sync_worker where heartbeat_at > $1::timestamptz + interval '3 seconds'`,
        [lockedAt],
      );
      return rows.length === 2;
    });
    expect(shifted.logged() + right.logged()).not.toContain('took over from dead workers');
    await session.query('rollback');
    const end = await expectDone(world, run.runId);
    expect(end.counts.done).toBe(400);
    expect((await triesOf(world, run.runId)).every(({ deaths }) => deaths === 0)).toBe(true);
  },
);

test.each([
  ['ahead', 3_600_000],
  ['behind', -3_600_000],
])(
  'a worker whose clock is an hour %s asks and reads by the database’s clock (F70)',
  async (_what, offsetMs) => {
    // Over http requests are signed with the time, and a store rejects another one.
    const world = await openWorld({ customers: 120, pretendHttps: false });
    await world.startWorker({
      preload: `${shiftClock(offsetMs)}${encodeURIComponent(';process.kill(process.pid, "SIGUSR2")')}`,
    });
    const { run } = await world.app.sync.start.mutate({ storeId: world.storeId });
    await expectDone(world, run.runId);
    const { rows } = await world.db.admin.query<{ count: number }>(
      `select count(*)::int as count from customer
         join woo_customer_sync_queue run on run.id = $1
        where fetch_began_at > run.created_at and fetched_at > fetch_began_at
          and fetched_at < customer.updated_at`,
      [run.runId],
    );
    expect(rows[0]?.count).toBe(120);
  },
);

test('removing a store in the middle of a run removes the run, and its jobs do nothing (F74)', async () => {
  const world = await openWorld({ customers: 400, latency: { bootMs: 100, perCustomerMs: 0 } });
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId });
  await world.untilRun(run.runId, 'a page', ({ discovery }) => discovery.pages >= 1);
  await world.app.store.remove.mutate({ storeId: world.storeId });
  await expect(world.app.sync.status.query({ runId: run.runId })).rejects.toThrow(
    /this run does not exist/i,
  );
  await until('no job that is left', async () => {
    const { rows } = await world.db.admin.query(
      `select from graphile_worker.jobs where task_identifier in ('sync.discover', 'sync.process')`,
    );
    return rows.length === 0;
  });
  const { rows } = await world.db.admin.query('select from customer');
  expect(rows).toEqual([]);
  expect(await worker.stop()).toEqual([0, null]);
});
