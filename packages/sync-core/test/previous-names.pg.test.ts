import { createListener } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { RUN_CHANGED_CHANNEL } from '../src/sql/jobs.ts';
import { createRun, type TestRun } from './factories.ts';

// A worker of the previous version calls these functions during a rolling upgrade.

let db: TestDatabase;
let run: TestRun;
beforeAll(async () => {
  db = await createTestDatabase();
  run = await createRun(db);
});
afterAll(() => db.drop());

async function jobsAfter(statement: string, id: string): Promise<unknown[]> {
  await db.admin.query('delete from graphile_worker._private_jobs');
  await db.database.withOrg(run.orgId, (sql) => sql.query(statement, [id]));
  const { rows } = await db.admin.query(
    'select key, payload, max_attempts from graphile_worker._private_jobs',
  );
  return rows;
}

test.each([
  ['ring', 'enqueue_job', 'sync.discover', 'runId'],
  ['ring', 'enqueue_job', 'sync.process', 'runId'],
  ['ring_store', 'enqueue_store_job', 'store.webhooks', 'storeId'],
] as const)('mantis.%s enqueues the job of mantis.%s: %s', async (previous, current, task, of) => {
  const jobs = await jobsAfter(`select mantis.${previous}('${task}', $1)`, run[of]);
  expect(jobs).toHaveLength(1);
  expect(jobs).toEqual(await jobsAfter(`select mantis.${current}('${task}', $1)`, run[of]));
});

test('mantis.hint notifies like mantis.notify_run_changed', async () => {
  const heard: string[] = [];
  const listener = createListener({
    url: db.url,
    channel: RUN_CHANGED_CHANNEL,
    onNotification: (payload) => void heard.push(payload),
    onReconnect: () => undefined,
  });
  onTestFinished(() => listener.close());
  await listener.ready;
  for (const name of ['hint', 'notify_run_changed'])
    await db.database.withOrg(run.orgId, (sql) =>
      sql.query(`select mantis.${name}($1)`, [run.runId]),
    );
  await expect.poll(() => heard).toHaveLength(2);
  expect(heard[0]).toContain(run.runId);
  expect(heard[1]).toBe(heard[0]);
});

test('mantis.open_jobs grants access to the job runner’s tables', async () => {
  const policies = async () => {
    const { rows } = await db.admin.query(
      `select from pg_policy where polname = 'mantis_runtime'
          and polrelid = 'graphile_worker._private_jobs'::regclass`,
    );
    return rows.length;
  };
  expect(await policies()).toBe(0);
  await db.admin.query('select mantis.open_jobs()');
  expect(await policies()).toBe(1);
});
