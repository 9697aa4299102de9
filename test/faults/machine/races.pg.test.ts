import { expect, test } from 'vitest';
import { createApiClient } from '../../support/api-client.ts';
import { isOver, openWorld } from '../../support/open-world.ts';
import { startApi } from '../../support/start-api.ts';
import { storeInput } from '../../support/store-input.ts';

test('fifty concurrent callers with one idempotency key get one run (F59)', async () => {
  const { app, anotherApp, db, storeId } = await openWorld({ customers: 10 });
  const callers = Array.from({ length: 50 }, anotherApp);
  const input = { storeId, idempotencyKey: 'nightly-2026-11-24' };
  const answers = await Promise.all(callers.map((caller) => caller.sync.start.mutate(input)));
  expect(new Set(answers.map(({ run }) => run.runId)).size).toBe(1);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect((await app.sync.list.query({ limit: 10 })).items).toHaveLength(1);
  const { rows } = await db.admin.query('select from woo_customer_sync_queue');
  expect(rows).toHaveLength(1);
});

test('the same key for another request is rejected, and other organisations have separate keys (F60)', async () => {
  const { app, db, sim, secretKeys, storeId } = await openWorld({ customers: 10 });
  const key = { idempotencyKey: 'nightly' };
  const { run } = await app.sync.start.mutate({ storeId, ...key });
  await expect(
    app.sync.start.mutate({ storeId, ...key, settings: { batchSize: 7 } }),
  ).rejects.toMatchObject({ data: { httpStatus: 409 } });

  const others = await startApi(db, secretKeys);
  try {
    const other = createApiClient(others.url, others.appHeaders);
    const { id } = await other.store.connect.mutate(storeInput(sim));
    const theirs = await other.sync.start.mutate({ storeId: id, ...key });
    expect(theirs).toMatchObject({ created: true });
    expect(theirs.run.runId).not.toBe(run.runId);
  } finally {
    await others.close();
  }
});

test('starting a store with an active run returns that run (F61)', async () => {
  const { app, anotherApp, storeId, startWorker, untilRun } = await openWorld({ customers: 10 });
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => anotherApp().sync.start.mutate({ storeId })),
  );
  const [first] = answers;
  const runId = first?.run.runId ?? '';
  expect(answers.every(({ run }) => run.runId === runId)).toBe(true);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  await startWorker();
  await untilRun(runId, 'a run that is over', isOver);
  expect(await app.sync.start.mutate({ storeId })).toMatchObject({ created: true });
});
