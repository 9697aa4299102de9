import { randomUUID } from 'node:crypto';
import { codeOf, createDatabase, type Database } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { createWooSim } from '@mantis-sync/woo-sim';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_RUN_SETTINGS } from '../src/domain/run-settings.ts';
import { createSyncService } from '../src/runs/sync-service.ts';
import { upsertCustomers } from '../src/sql/customers.ts';
import { processRun } from '../src/worker/processing/process.ts';
import { countDeadlocks } from './count-deadlocks.ts';
import { expectSound } from './expect-sound.ts';
import { createOrg, MINUTE_MS, type TestRun } from './factories.ts';
import {
  claim,
  createFilledRun,
  createWorkDeps,
  customerRow,
  eventsOf,
  statesOf,
  versionOf,
} from './filled-run.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ max: 20 });
  await db.admin.query(
    `insert into sync_worker (id, host, version)
     select 'worker-' || nr, 'test', '0' from generate_series(1, 30) nr`,
  );
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function rowOf({ runId }: TestRun) {
  const { rows } = await db.admin.query('select * from woo_customer_sync_queue where id = $1', [
    runId,
  ]);
  return rows[0]!;
}

/** One time slice of work, then those that it enqueues, until nothing is due; the scheduler retries errors. */
async function work(database: Database, run: TestRun, workerId = 'worker-1'): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (;;) {
    const before = await rowOf(run);
    await processRun(createWorkDeps(database, workerId), run, new AbortController().signal).catch(
      (error: unknown) => errors.push(error),
    );
    if ((await rowOf(run))['revision'] === before['revision']) return errors;
  }
}

describe('a time-out of the database while a batch is stored (F17)', () => {
  const settings = { retryBaseMs: 0, maxRetries: 3 };

  /** Three customers, one of whom another program keeps locked. */
  async function openLocked() {
    const sim = await createWooSim({ customers: 3 });
    const run = await createFilledRun(db, upTo(3), { url: sim.url, settings });
    await db.database.withOrg(run.orgId, (sql) =>
      upsertCustomers(sql, run, [versionOf(customerRow(2, { first_name: 'Before' }))]),
    );
    const other = await db.openSession();
    await other.query('begin');
    await other.query('select from customer where store_id = $1 for update', [run.storeId]);
    onTestFinished(async () => {
      await other.close();
      await sim.close();
    });
    return { run, unlock: () => other.query('rollback') };
  }

  function openDatabase(timeouts: { lockTimeoutMs?: number; statementTimeoutMs?: number }) {
    const database = createDatabase({ url: db.url, max: 3, ...timeouts });
    onTestFinished(() => database.close());
    return database;
  }

  test.each([
    ['lock_timeout', { lockTimeoutMs: 150 }, '55P03'],
    ['statement_timeout', { statementTimeoutMs: 300 }, '57014'],
  ])('%s: tried again, and then that customer fails alone', async (_name, timeouts, code) => {
    const { run, unlock } = await openLocked();
    const errors = await work(openDatabase(timeouts), run);
    expect(new Set(errors.map((error) => codeOf(error)))).toEqual(new Set([code]));
    expect(await statesOf(db, run)).toEqual(['done', 'failed', 'done']);
    const caller = { orgId: run.orgId, actor: { type: 'user', id: 'u1', name: 'Ada' } } as const;
    const sync = createSyncService({ database: db.database, defaults: DEFAULT_RUN_SETTINGS });
    const { items } = await sync.lines(caller, { ...run, state: 'failed', limit: 10 });
    expect(items).toMatchObject([
      { wooCustomerId: 2, attempts: 4, error: { code: 'database_timeout' } },
    ]);
    const events = await eventsOf(db, run);
    expect(events.filter((event) => event === 'batch.handed_back')).toHaveLength(4);
    expect(events.filter((event) => event === 'line.failed')).toHaveLength(1);
    expect(events.at(-1)).toBe('run.partial');

    await unlock();
    await sync.retry(caller, run);
    expect(await work(db.database, run)).toEqual([]);
    expect(await statesOf(db, run)).toEqual(['done', 'done', 'done']);
  });

  test('a lock that is released in time costs an attempt, and no customer', async () => {
    const { run, unlock } = await openLocked();
    const database = openDatabase({ lockTimeoutMs: 150 });
    await expect(
      processRun(createWorkDeps(database), run, new AbortController().signal),
    ).rejects.toMatchObject({ code: '55P03' });
    expect(await statesOf(db, run)).toEqual(['draft', 'draft', 'draft']);
    await unlock();
    expect(await work(database, run)).toEqual([]);
    expect(await statesOf(db, run)).toEqual(['done', 'done', 'done']);
  });
});

const takeDraft = `update woo_customer_sync_queue_line
    set state = 'processing', lease_token = gen_random_uuid(), worker_id = 'worker-1',
        lease_until = clock_timestamp() + interval '1 h'`;

test('two transactions that change lines in opposite orders deadlock, and the loser is repeated (F18)', async () => {
  const run = await createFilledRun(db, [1, 2]);
  const take = `${takeDraft} where queue_id = $1 and position = $2 and state = 'draft'`;
  const firstTaken = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const deadlocks = await countDeadlocks(db, async (database) => {
    // The loser tries again after the winner has committed; otherwise the two could deadlock once more.
    let upwardsTries = 0;
    let downwardsTries = 0;
    const upwards = database.withOrg(run.orgId, async (sql) => {
      if (++upwardsTries > 1) await downwards;
      await sql.query(take, [run.runId, 1]);
      firstTaken.resolve();
      await goOn.promise;
      await sql.query(take, [run.runId, 2]);
    });
    await firstTaken.promise;
    const downwards = database.withOrg(run.orgId, async (sql) => {
      if (++downwardsTries > 1) await upwards;
      await sql.query(take, [run.runId, 2]);
      await sql.query(take, [run.runId, 1]);
    });
    await db.untilBlocked();
    goOn.resolve();
    await Promise.all([upwards, downwards]);
  });
  expect(deadlocks).toBe(1);
  expect(await rowOf(run)).toMatchObject({ draft_count: 0, processing_count: 2 });
});

test('thirty workers on one run: every count is right, and no deadlock (F19)', async () => {
  const run = await createFilledRun(db, upTo(900), {
    settings: { batchSize: 10, maxParallelBatches: 32 },
  });
  const deadlocks = await countDeadlocks(db, (database) =>
    Promise.all(
      upTo(30).map((worker) =>
        processRun(createWorkDeps(database, `worker-${worker}`), run, new AbortController().signal),
      ),
    ),
  );
  expect(deadlocks).toBe(0);
  expect(await rowOf(run)).toMatchObject({
    state: 'done',
    done_count: 900,
    created_count: 900,
    processing_count: 0,
    batch_count: 90,
  });
  const events = await eventsOf(db, run);
  expect(events.filter((event) => event === 'run.done')).toHaveLength(1);
  const { rows } = await db.admin.query(
    'select count(*) as customers from customer where store_id = $1',
    [run.storeId],
  );
  expect(rows).toEqual([{ customers: 900 }]);
});

test('a statement that changes no line changes no run (F20)', async () => {
  const run = await createFilledRun(db, [1, 2]);
  const before = await rowOf(run);
  await db.admin.query(`${takeDraft} where queue_id = $1 and position = 99`, [run.runId]);
  await db.admin.query(
    'delete from woo_customer_sync_queue_line where queue_id = $1 and position = 99',
    [run.runId],
  );
  await db.admin.query(
    `insert into woo_customer_sync_queue_line select * from woo_customer_sync_queue_line where false`,
  );
  expect(await rowOf(run)).toEqual(before);
});

test('a statement over the lines of two runs counts for both (F21)', async () => {
  const runs = [await createFilledRun(db, upTo(3)), await createFilledRun(db, upTo(5))] as const;
  await db.admin.query(`${takeDraft} where queue_id = any($1) and position > 1`, [
    runs.map(({ runId }) => runId),
  ]);
  expect(await rowOf(runs[0])).toMatchObject({ draft_count: 1, processing_count: 2 });
  expect(await rowOf(runs[1])).toMatchObject({ draft_count: 1, processing_count: 4 });
  await db.admin.query(
    `update woo_customer_sync_queue_line
        set state = case position when 2 then 'failed' else 'done' end,
            outcome = case position when 2 then null else 'deleted' end,
            error_code = case position when 2 then 'x' end, error_message = case position when 2 then 'x' end,
            payload = case position when 2 then payload end,
            lease_token = null, worker_id = null, lease_until = null
      where queue_id = any($1) and state = 'processing'`,
    [runs.map(({ runId }) => runId)],
  );
  expect(await rowOf(runs[0])).toMatchObject({ done_count: 1, deleted_count: 1, failed_count: 1 });
  expect(await rowOf(runs[1])).toMatchObject({ done_count: 3, deleted_count: 3, failed_count: 1 });
});

describe('lines that are moved or removed (F22)', () => {
  test.each([
    ['to another run', 'queue_id = $2'],
    ['to another place', 'position = position + 100'],
    ['to another customer', 'woo_customer_id = woo_customer_id + 100'],
  ])('cannot go %s', async (_where, set) => {
    const orgId = await createOrg(db);
    const run = await createFilledRun(db, upTo(3), { orgId });
    const other = await createFilledRun(db, [], { orgId });
    await expect(
      db.admin.query(
        `update woo_customer_sync_queue_line set ${set} where queue_id = $1 and $2::uuid is not null`,
        [run.runId, other.runId],
      ),
    ).rejects.toMatchObject({ code: '23514' });
    expect(await rowOf(run)).toMatchObject({ total_count: 3 });
  });

  test('deleted lines are subtracted from the counts', async () => {
    const run = await createFilledRun(db, upTo(3));
    await claim(
      db,
      run,
      { token: randomUUID(), workerId: 'worker-1', leaseMs: MINUTE_MS },
      { limit: 1 },
    );
    await db.admin.query(
      'delete from woo_customer_sync_queue_line where queue_id = $1 and position = 3',
      [run.runId],
    );
    expect(await rowOf(run)).toMatchObject({ total_count: 2, draft_count: 1, processing_count: 1 });
  });

  test('cannot be truncated', async () => {
    const run = await createFilledRun(db, upTo(3));
    for (const statement of [
      'truncate woo_customer_sync_queue_line',
      'truncate woo_customer_sync_queue cascade',
    ])
      await expect(db.admin.query(statement)).rejects.toMatchObject({ code: '42501' });
    expect(await rowOf(run)).toMatchObject({ total_count: 3 });
  });
});
