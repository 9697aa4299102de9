import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pauseRefusingStore } from '../src/sql/stores.ts';
import { sweep } from '../src/worker/sweep.ts';
import { createOrg, createStore, MINUTE_MS } from './factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** Stores whose diagnosis the sweep enqueues. */
async function sweptStores(): Promise<unknown[]> {
  await db.admin.query('delete from graphile_worker._private_jobs');
  await sweep(db.database, { deadAfterMs: MINUTE_MS, idleMs: MINUTE_MS, stuckMs: MINUTE_MS });
  const { rows } = await db.admin.query(
    `select payload->>'storeId' as store from graphile_worker.jobs job
       join graphile_worker._private_jobs using (id) where task_identifier = 'store.diagnose'`,
  );
  return rows.map(({ store }) => store);
}

test('a paused store whose diagnosis was lost with its worker is diagnosed again, for an hour', async () => {
  const orgId = await createOrg(db);
  const storeId = await createStore(db, orgId);
  const set = (change: string) =>
    db.admin.query(`update woo_store set ${change} where id = $1`, [storeId]);
  await db.database.withOrg(orgId, (sql) =>
    pauseRefusingStore(sql, storeId, { code: 'wrong_key', reason: 'The key is gone.' }),
  );
  expect(await sweptStores()).toEqual([]);
  await set("paused_at = now() - interval '3 minutes'");
  expect(await sweptStores()).toEqual([storeId]);
  await set("diagnosis = '{}', diagnosed_at = now() - interval '4 minutes'");
  expect(await sweptStores()).toEqual([storeId]);
  await set('diagnosed_at = now()');
  expect(await sweptStores()).toEqual([]);
  await set("diagnosis = null, diagnosed_at = null, paused_at = now() - interval '2 hours'");
  expect(await sweptStores()).toEqual([]);
  await set("paused_at = now() - interval '3 minutes', paused_by = '{}'");
  expect(await sweptStores()).toEqual([]);
});
