import { FAILPOINTS } from '@mantis-sync/sync-core';
import { describe, expect, test } from 'vitest';
import { carefulPath, isOver, openWorld } from '../../support/open-world.ts';
import { expectDone } from '../../support/expect-whole.ts';
import { watchRun } from '../../support/watch-run.ts';
import { startApiProcess } from '../../support/start-api-process.ts';
import { countAsDead, triesOf, untilKilled } from '../../support/take-over.ts';

const steps = FAILPOINTS.filter((name) => /^(discovery|processing)\./.test(name));
/** Four pages and three batches. */
const settings = { pageSize: 50 };
const carefully = { ...settings, ...carefulPath };
const store = { customers: 150 };

describe('workers are killed at every step, at the first hit and at a later one (F1–F5, F8)', () => {
  test.each(steps)('%s', async (step) => {
    const world = await openWorld(store);
    const { run } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: step.startsWith('processing.') ? carefully : settings,
    });
    await untilKilled(await world.startWorker({ failpoint: `${step}:1` }));
    await countAsDead(world);
    const second = await world.startWorker({ failpoint: `${step}:2` });
    const over = world.untilRun(run.runId, 'a run that is over', isOver);
    // There may be no second hit: too little work may remain.
    if (await Promise.race([second.ended.then(() => true), over.then(() => false)])) {
      await countAsDead(world);
      await world.startWorker();
    }
    await over;
    await expectDone(world, run.runId);
    // The crashes affect only the pages and customers that were being processed.
    const tries = await triesOf(world, run.runId);
    expect(tries.every(({ attempts, deaths }) => attempts === 1 && deaths <= 2)).toBe(true);
  });
});

describe('a worker is killed while it takes over from a dead one (F2, F8)', () => {
  test.each(FAILPOINTS.filter((name) => name.startsWith('sweep.')))('%s', async (step) => {
    const world = await openWorld(store);
    const { run } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: carefully,
    });
    await untilKilled(await world.startWorker({ failpoint: 'processing.before_apply:1' }));
    await countAsDead(world);
    await untilKilled(await world.startWorker({ failpoint: step }));
    await countAsDead(world);
    await world.startWorker();
    await expectDone(world, run.runId);
  });
});

describe('the API is killed in the middle of an action (F5, F8)', () => {
  test('start.inserted: nothing was started, and the same call starts it', async () => {
    const world = await openWorld(store);
    const api = await startApiProcess(world, { failpoint: 'start.inserted' });
    const input = { storeId: world.storeId, idempotencyKey: 'nightly' };
    await expect(api.app.sync.start.mutate(input)).rejects.toThrow();
    expect(await api.ended).toEqual([null, 'SIGKILL']);
    expect((await world.app.sync.list.query({ limit: 10 })).items).toEqual([]);
    const { run, created } = await world.app.sync.start.mutate(input);
    expect(created).toBe(true);
    await world.startWorker();
    await expectDone(world, run.runId);
  });

  test('retry.lines_reset: the run stays as it was, and the same call retries it', async () => {
    const world = await openWorld(store);
    world.sim.faults.add({
      fault: { kind: 'patch-row', ids: [7, 70], set: { email: { address: 'lost' } } },
    });
    await world.startWorker();
    const { run } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: { maxRetries: 0 },
    });
    const before = await world.untilRun(run.runId, 'a run that is over', isOver);
    world.sim.faults.clear();
    const api = await startApiProcess(world, { failpoint: 'retry.lines_reset' });
    await expect(api.app.sync.retry.mutate({ runId: run.runId })).rejects.toThrow();
    expect(await api.ended).toEqual([null, 'SIGKILL']);
    expect(await world.app.sync.status.query({ runId: run.runId })).toEqual(before);
    await world.app.sync.retry.mutate({ runId: run.runId });
    const end = await world.untilRun(
      run.runId,
      'a run that is done',
      (now) => now.state === 'done',
    );
    expect(end).toMatchObject({ round: 2, counts: { done: 150 } });
  });

  test('force_done.lines_cancelled: the run continues, and the same call ends it', async () => {
    const world = await openWorld(store);
    const { run } = await world.app.sync.start.mutate({
      storeId: world.storeId,
      settings: carefully,
    });
    await untilKilled(await world.startWorker({ failpoint: 'processing.before_apply:1' }));
    const api = await startApiProcess(world, { failpoint: 'force_done.lines_cancelled' });
    const input = { runId: run.runId, reason: 'not needed' };
    await expect(api.app.sync.forceDone.mutate(input)).rejects.toThrow();
    expect(await api.ended).toEqual([null, 'SIGKILL']);
    expect(await world.app.sync.status.query({ runId: run.runId })).toMatchObject({
      state: 'processing',
      counts: { cancelled: 0 },
    });
    const { run: ended } = await world.app.sync.forceDone.mutate(input);
    expect(ended).toMatchObject({ state: 'done', counts: { draft: 0, processing: 0 } });
  });
});

test('an API is killed while a client watches: it reconnects and misses nothing (F58)', async () => {
  const world = await openWorld({ customers: 400, latency: { bootMs: 150, perCustomerMs: 0 } });
  const api = await startApiProcess(world);
  await world.startWorker();
  const { run } = await api.app.sync.start.mutate({ storeId: world.storeId, settings });
  const watched = watchRun(api.app, run.runId);
  await watched.untilSeen('two pages', ({ discovery }) => discovery.pages >= 2);
  await api.kill();
  await startApiProcess(world, { port: api.port });
  await watched.untilSeen('the end', ({ state }) => state === 'done');
  watched.stop();
  const seqs = watched.activity.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
  expect(watched.activity.at(-1)?.event).toBe('run.done');
});
