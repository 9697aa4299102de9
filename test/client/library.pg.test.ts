import { randomUUID } from 'node:crypto';
import {
  createMantisSync,
  type MantisSyncError,
  NotFoundError,
  type Progress,
  TooManyCallsError,
  UnauthorizedError,
  UnreachableError,
} from '@mantis-sync/client';
import { createTestDatabase } from '@mantis-sync/dev-postgres/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openWorld, type World } from '../support/open-world.ts';
import { startApi } from '../support/start-api.ts';
import { until } from '../support/until.ts';
import { startApiProcess } from '../support/start-api-process.ts';
import { keyOf } from '../support/run-command.ts';

const customers = 300;

/** The store serves no further page until this is called. */
function holdPages({ sim }: World): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  sim.faults.add({
    route: '/wc/v3/customers',
    skip: 2,
    fault: { kind: 'hook', run: () => promise },
  });
  return resolve;
}

const seqsOf = (seen: readonly Progress[]) =>
  seen.flatMap(({ activity }) => activity.map(({ seq }) => seq));

test('a run is watched to its end without a gap while the API is killed and restarted', async () => {
  const world = await openWorld({ customers });
  const letPagesGo = holdPages(world);
  await world.startWorker();
  const first = await startApiProcess(world);
  const mantis = createMantisSync({
    url: `http://127.0.0.1:${first.port}/`,
    apiKey: keyOf(world.api),
  });
  const store = await mantis.findStore('shop');
  const { run } = await mantis.start({ storeId: store.id, idempotencyKey: 'once' });
  const { runId } = run;

  const seen: Progress[] = [];
  const failures: MantisSyncError[] = [];
  const watching = (async () => {
    for await (const progress of mantis.watch({
      runId,
      untilDone: true,
      onReconnect: (why) => failures.push(why),
    }))
      seen.push(progress);
  })();
  // By the API that keeps running: a connection to the other one cannot be observed here.
  const waiting = createMantisSync({
    url: world.api.url,
    apiKey: keyOf(world.api),
  }).waitUntilDone({ runId });
  await until('a run that reads', () => seen.some(({ run: { discovery } }) => discovery.pages > 0));

  await first.kill();
  await until('two failed attempts', () => failures.length >= 2);
  const before = seen.length;
  letPagesGo();
  // The whole run happens while the API is unreachable.
  await world.untilRun(runId, 'a run that is done', ({ state }) => state === 'done');
  await startApiProcess(world, { port: first.port });
  await watching;

  expect(failures[0]).toBeInstanceOf(UnreachableError);
  expect(seen.length).toBeGreaterThan(before);
  const last = seen.at(-1)!;
  expect(last.run).toMatchObject({ state: 'done', counts: { done: customers } });
  expect(seqsOf(seen)).toEqual(Array.from({ length: last.run.activitySeq }, (_, at) => at + 1));
  expect(await waiting).toMatchObject({ runId, state: 'done' });

  const log = [];
  for await (const entry of mantis.activity({ runId })) log.push(entry.seq);
  expect(log).toEqual(seqsOf(seen));
  const again = await mantis.start({ storeId: store.id, idempotencyKey: 'once' });
  expect(again).toMatchObject({ created: false, run: { runId } });
});

test('watching ends on abort, waiting ends on timeout, and the run continues', async () => {
  const world = await openWorld({ customers: 3 });
  const mantis = createMantisSync({ url: world.api.url, apiKey: keyOf(world.api) });
  // No worker: it never progresses.
  const { run } = await mantis.start({ storeId: world.storeId });
  const { runId } = run;
  const stop = new AbortController();
  const seen: Progress[] = [];
  for await (const progress of mantis.watch({ runId, signal: stop.signal })) {
    seen.push(progress);
    stop.abort();
  }
  expect(seen.map((progress) => progress.run.state)).toEqual(['draft']);
  await expect(mantis.waitUntilDone({ runId, signal: stop.signal })).rejects.toBe(
    stop.signal.reason,
  );
  await expect(mantis.waitUntilDone({ runId, timeoutMs: 1 })).rejects.toMatchObject({
    code: 'timeout',
  });
  const ended = await mantis.forceDone({ runId, reason: 'enough' });
  expect(ended.run).toMatchObject({ state: 'done' });
  expect(await mantis.waitUntilDone({ runId, timeoutMs: 20_000 })).toMatchObject({
    state: 'done',
  });
});

test('the class and fields of an error say what to do', async () => {
  const db = await createTestDatabase();
  const api = await startApi(db, `k1:${Buffer.alloc(32, 7).toString('base64')}`, {
    callLimits: { call: 60, start: 1 },
  });
  onTestFinished(async () => {
    await api.close();
    await db.drop();
  });
  const runId = randomUUID();
  const failureOf = async (call: Promise<unknown>) =>
    call.then(
      () => null,
      (error: unknown) => error as MantisSyncError,
    );
  const first = async (steps: AsyncGenerator) => steps.next();
  const stranger = createMantisSync({ url: api.url, apiKey: 'wrong' });
  const mantis = createMantisSync({ url: api.url, apiKey: keyOf(api) });
  const nobody = createMantisSync({ url: 'http://127.0.0.1:1', apiKey: 'any' });

  for (const call of [() => stranger.stores(), () => first(stranger.watch({ runId }))]) {
    const refused = await failureOf(call());
    expect(refused).toBeInstanceOf(UnauthorizedError);
    expect(refused).toMatchObject({
      code: 'unauthorized',
      status: 401,
      advice: expect.stringContaining('Bearer'),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  }
  for (const call of [() => mantis.status({ runId }), () => first(mantis.watch({ runId }))]) {
    const missing = await failureOf(call());
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing).toMatchObject({ code: 'run_not_found', status: 404 });
  }
  expect(await failureOf(mantis.findStore('none'))).toMatchObject({ code: 'store_not_found' });
  expect(await failureOf(mantis.status({ runId: 'none' }))).toMatchObject({
    code: 'invalid_input',
    issues: [{ path: 'runId', message: expect.any(String) }],
  });

  await failureOf(mantis.start({ storeId: runId }));
  const tooMany = await failureOf(mantis.start({ storeId: runId }));
  expect(tooMany).toBeInstanceOf(TooManyCallsError);
  expect((tooMany as TooManyCallsError).retryAfter).toBeGreaterThan(0);
  expect((tooMany as TooManyCallsError).retryAfter).toBeLessThanOrEqual(60);

  const gone = await failureOf(nobody.stores());
  expect(gone).toBeInstanceOf(UnreachableError);
  expect(gone).toMatchObject({ code: 'unreachable', status: null });
  expect(await failureOf(first(nobody.watch({ runId })))).toBeInstanceOf(UnreachableError);
  // Something answers there, but not this API.
  const elsewhere = createMantisSync({ url: `${api.url}/elsewhere`, apiKey: keyOf(api) });
  expect(await failureOf(elsewhere.stores())).toBeInstanceOf(Error);
});
