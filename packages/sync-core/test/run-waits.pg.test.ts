import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pauseStore, resumeStore } from '../src/sql/stores.ts';
import { createRun, type TestRun } from './factories.ts';

let db: TestDatabase;
let run: TestRun;
beforeAll(async () => {
  db = await createTestDatabase({ max: 2 });
  await db.admin.query(`
    create table mantis.test_clock as select timestamptz '2026-01-01T00:00:00Z' as now;
    grant select on mantis.test_clock to public;
    create or replace function mantis.now() returns timestamptz language sql volatile parallel safe
      as 'select now from mantis.test_clock'`);
});
afterAll(() => db.drop());

beforeEach(async () => {
  run = await createRun(db);
  await change(`total_count = 2, draft_count = 2, discovery_state = 'complete'`);
});

const pass = (seconds: number) =>
  db.admin.query('update mantis.test_clock set now = now + make_interval(secs => $1)', [seconds]);

function change(set: string) {
  return db.database.withOrg(run.orgId, (sql) =>
    sql.query(`update woo_customer_sync_queue set ${set} where id = $1`, [run.runId]),
  );
}

const endWithFailure = () =>
  change(`draft_count = 0, done_count = 1, created_count = 1, failed_count = 1`);
const retry = () => change('draft_count = 1, failed_count = 0, round = round + 1');
const forceDone = () => change('failed_count = 0, cancelled_count = 1');
const requireAction = () =>
  change(`is_action_required = true, action_code = 'x', action_reason = 'y'`);
const clearAction = () =>
  change('is_action_required = false, action_code = null, action_reason = null');

async function setPaused(isPaused: boolean) {
  await db.database.withOrg(run.orgId, (sql) =>
    isPaused
      ? pauseStore(sql, run.storeId, { code: 'wrong_key', reason: 'x' })
      : resumeStore(sql, run.storeId),
  );
  await change(`waiting_since = ${isPaused ? 'mantis.now()' : 'null'}`);
}

/** Seconds of waits that are over, and of the one that is not. */
async function waits() {
  const { rows } = await db.admin.query<{ waited: number; waiting: number | null }>(
    `select (waited_ms / 1000)::int as waited,
            extract(epoch from mantis.now() - waiting_since)::int as waiting
       from woo_customer_sync_queue where id = $1`,
    [run.runId],
  );
  return rows[0];
}

test('a run that is retried waited since it ended', async () => {
  await pass(26);
  await endWithFailure();
  await pass(150);
  await retry();
  await pass(10);
  expect(await waits()).toEqual({ waited: 150, waiting: null });
});

test('a run that is forced done waited since it ended', async () => {
  await endWithFailure();
  await pass(600);
  await forceDone();
  expect(await waits()).toEqual({ waited: 600, waiting: null });
});

test('a run waits while it needs a decision', async () => {
  await pass(5);
  await requireAction();
  await pass(30);
  expect(await waits()).toEqual({ waited: 0, waiting: 30 });
  await clearAction();
  await pass(5);
  expect(await waits()).toEqual({ waited: 30, waiting: null });
});

test('a run waits while its store is paused, and a decision within that counts once', async () => {
  await setPaused(true);
  await pass(20);
  await requireAction();
  await pass(20);
  await clearAction();
  await pass(20);
  expect(await waits()).toEqual({ waited: 0, waiting: 60 });
  await setPaused(false);
  expect(await waits()).toEqual({ waited: 60, waiting: null });
});

test('a run that ends while it waits keeps that wait', async () => {
  await requireAction();
  await pass(40);
  await change('draft_count = 0, cancelled_count = 2');
  expect(await waits()).toEqual({ waited: 40, waiting: null });
});

test('the time before the first claim is no wait', async () => {
  run = await createRun(db);
  await setPaused(true);
  await pass(100);
  await setPaused(false);
  expect(await waits()).toEqual({ waited: 0, waiting: null });
});
