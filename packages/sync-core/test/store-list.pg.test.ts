import type { Database, Sql } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeRunSettings } from '../src/domain/run-settings.ts';
import { createStoreService } from '../src/stores/store-service.ts';
import { createOrg, createRun, createStore, keyring } from './factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** The stores of an organisation, and how many statements it took to read them. */
async function list(orgId: string) {
  let statements = 0;
  const counting = (sql: Sql): Sql => ({
    query(statement, values) {
      statements++;
      return sql.query(statement, values);
    },
  });
  const database: Database = {
    ...db.database,
    withOrg: (org, work, options) =>
      db.database.withOrg(org, (sql) => work(counting(sql)), options),
  };
  const service = createStoreService({
    database,
    keyring,
    defaults: mergeRunSettings({}),
    allowHosts: [],
  });
  const stores = await service.list({ orgId, actor: { type: 'system', id: null, name: null } });
  return { stores, statements };
}

/** Finished runs of a store, the first of them `count` hours ago, each of as many customers as its number. */
const addRuns = (orgId: string, storeId: string, kind: string, count: number) =>
  db.admin.query(
    `insert into woo_customer_sync_queue
            (org_id, store_id, kind, state, request_hash, actor_type, discovery_state, total_count,
             done_count, created_count, created_at, started_at, finished_at)
     select $1, $2, $3, 'done', '\\x00', 'cron', 'complete', n, n, n, mantis.now() - ago, mantis.now() - ago,
            mantis.now() - ago + interval '90 seconds'
       from generate_series(1, $4::int) n, make_interval(hours => $4 - n + 1) ago`,
    [orgId, storeId, kind, count],
  );

test('many stores take as many statements as one, each with its own last runs', async () => {
  const orgId = await createOrg(db);
  const busy = await createStore(db, orgId);
  await addRuns(orgId, busy, 'full', 25);
  await addRuns(orgId, busy, 'webhook', 25);
  const alone = await list(orgId);

  const under = await createRun(db, { orgId });
  await Promise.all(Array.from({ length: 30 }, () => createStore(db, orgId)));
  await createRun(db);
  const all = await list(orgId);

  expect(all.stores).toHaveLength(32);
  expect(all.statements).toBe(alone.statements);
  const runsOf = (id: string) => all.stores.find((store) => store.id === id)?.recentRuns;
  // The newest twenty, oldest first, without those of webhooks.
  expect(runsOf(busy)?.map(({ total }) => total)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 6),
  );
  expect(runsOf(busy)?.[0]).toMatchObject({
    kind: 'full',
    state: 'done',
    seconds: expect.closeTo(90, 1),
    failed: 0,
    changed: 6,
  });
  expect(runsOf(under.storeId)).toMatchObject([
    { runId: under.runId, state: 'draft', seconds: null, total: 0 },
  ]);
  expect(all.stores.filter(({ recentRuns }) => recentRuns.length > 0)).toHaveLength(2);
  const last = all.stores.find(({ id }) => id === busy)?.lastRun;
  expect(last?.runId).toBe(runsOf(busy)?.at(-1)?.runId);
});
