import { expect, test } from 'vitest';
import { isOver, shareWorld } from '../support/open-world.ts';
import { until } from '../support/until.ts';

const shared = shareWorld();

test('a store that rejects its keys is paused and diagnosed automatically', async () => {
  const { app, sim, storeId, untilRun } = await shared().connectStore({ customers: 300 });
  expect((await app.store.get.query({ storeId })).diagnosis).toMatchObject({ isHealthy: true });
  const revoked = sim.keys.splice(0);

  const { run } = await app.sync.start.mutate({ storeId });
  await untilRun(run.runId, 'a run that is over', isOver);
  const diagnosis = await until('a diagnosis of the refusal', async () => {
    const store = await app.store.get.query({ storeId });
    expect(store.state).toBe('paused');
    return store.diagnosis?.isHealthy === false ? store.diagnosis : undefined;
  });
  expect(diagnosis.findings).toEqual([
    expect.objectContaining({ level: 'problem', check: 'sign_in', code: 'wrong_key' }),
  ]);
  expect(diagnosis.findings[0]?.fix).toContain('REST API');

  // Fixed in the store: a person asks again, sees that it is healthy, and lets the run continue.
  sim.keys.push(...revoked);
  expect(await app.store.diagnose.mutate({ storeId })).toMatchObject({ isHealthy: true });
  await app.store.resume.mutate({ storeId });
  await app.sync.retry.mutate({ runId: run.runId, override: true });
  const end = await untilRun(run.runId, 'a run that is done', ({ state }) => state === 'done');
  expect(end.counts.done).toBe(300);
});

test('keys that cannot be decrypted are reported as such in a diagnosis', async () => {
  const { app, db, storeId } = await shared().connectStore({ customers: 10 });
  await db.admin.query(
    `update woo_store set consumer_key_cipher = set_byte(consumer_key_cipher, 20, get_byte(consumer_key_cipher, 20) # 1) where id = $1`,
    [storeId],
  );
  const diagnosis = await app.store.diagnose.mutate({ storeId });
  expect(diagnosis).toMatchObject({
    isHealthy: false,
    findings: [{ level: 'problem', check: 'sign_in', code: 'credentials' }],
  });
});

test('a store is diagnosed before it is connected, and nothing is saved', async () => {
  const { person, sim } = await shared().connectStore({ customers: 10 });
  /** Without the ages of their customers, which grow. */
  const list = async () =>
    (await person.store.list.query()).map(({ freshness: _ages, ...store }) => store);
  const before = await list();
  const good = await person.store.tryConnection.mutate({ url: sim.url, ...sim.defaultCredentials });
  expect(good).toMatchObject({ isHealthy: true, clockAheadMs: expect.any(Number) });
  const bad = await person.store.tryConnection.mutate({
    url: sim.url,
    ...sim.defaultCredentials,
    consumerSecret: 'cs_wrong',
  });
  expect(bad).toMatchObject({ isHealthy: false, pace: null });
  expect(await list()).toEqual(before);
});
