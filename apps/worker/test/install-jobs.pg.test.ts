import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { makeWorkerUtils, type WorkerUtils } from 'graphile-worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installJobs } from '../src/install-jobs.ts';

const WORKERS = 8;

let db: TestDatabase;
let installers: WorkerUtils[];

beforeAll(async () => {
  db = await createTestDatabase();
  installers = await Promise.all(
    Array.from({ length: WORKERS }, () => makeWorkerUtils({ connectionString: db.url })),
  );
});
afterAll(async () => {
  for (const utils of installers) await utils.release();
  await db.drop();
});

test('workers that start concurrently can all use the job tables with the runtime role', async () => {
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(installers.map((utils) => installJobs(utils)));
  }
  const { rows } = await db.admin.query<{ open: boolean }>(
    "select has_table_privilege('mantis_runtime', 'graphile_worker._private_jobs', 'insert') as open",
  );
  expect(rows).toEqual([{ open: true }]);
});
