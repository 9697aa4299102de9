import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueueStoreJob } from '../src/sql/jobs.ts';
import { createOrg, createStore, MINUTE_MS } from './factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('a delayed job of a store that is enqueued again keeps its time, unless it may run now', async () => {
  const orgId = await createOrg(db);
  const storeId = await createStore(db, orgId);
  const enqueue = async (delayMs: number | null) => {
    await db.database.withOrg(orgId, (sql) =>
      enqueueStoreJob(sql, 'store.webhooks', storeId, delayMs),
    );
    const { rows } = await db.admin.query<{ run_at: Date; is_due: boolean }>(
      'select run_at, run_at <= clock_timestamp() as is_due from graphile_worker.jobs',
    );
    expect(rows).toHaveLength(1);
    return rows[0];
  };
  const first = await enqueue(MINUTE_MS);
  expect(first?.is_due).toBe(false);
  expect(await enqueue(2 * MINUTE_MS)).toEqual(first);
  expect(await enqueue(null)).toMatchObject({ is_due: true });
});
