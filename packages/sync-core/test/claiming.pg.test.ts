import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { reclaimLines } from '../src/sql/leases.ts';
import { cancelLines, type LineLease, type LineResult, completeLines } from '../src/sql/lines.ts';
import { lockRun } from '../src/sql/run-row.ts';
import { pauseRefusingStore } from '../src/sql/stores.ts';
import { processRun } from '../src/worker/processing/process.ts';
import { expectSound } from './expect-sound.ts';
import { MINUTE_MS, type TestRun } from './factories.ts';
import { claim, createFilledRun, createWorkDeps, eventsOf, statesOf } from './filled-run.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ max: 20 });
  for (let worker = 1; worker <= 8; worker++)
    await db.admin.query(`insert into sync_worker (id, host, version) values ($1, 'test', '0')`, [
      `worker-${worker}`,
    ]);
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

const newLease = (workerId = 'worker-1'): LineLease => ({
  token: randomUUID(),
  workerId,
  leaseMs: MINUTE_MS,
});
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const positions = (lines: readonly { position: number }[]) => lines.map(({ position }) => position);

function change(run: TestRun, set: string, position: number): Promise<unknown> {
  return db.admin.query(
    `update woo_customer_sync_queue_line set ${set} where queue_id = $1 and position = $2`,
    [run.runId, position],
  );
}

async function stateOfRun({ runId }: TestRun) {
  const { rows } = await db.admin.query('select * from woo_customer_sync_queue where id = $1', [
    runId,
  ]);
  return rows[0];
}

const done = (lines: readonly { position: number }[]): LineResult[] =>
  lines.map(({ position }) => ({ position, state: 'done', outcome: 'deleted' }));

const complete = (run: TestRun, token: string, results: readonly LineResult[]) =>
  db.database.withOrg(run.orgId, async (sql) => {
    await lockRun(sql, run.runId);
    await completeLines(sql, run.runId, token, results);
  });

describe('claiming', () => {
  test('eight concurrent workers claim every line exactly once', async () => {
    const run = await createFilledRun(db, upTo(500));
    const taken = await Promise.all(
      upTo(8).map(async (worker) => {
        const mine: number[] = [];
        for (;;) {
          const { lines } = await claim(db, run, newLease(`worker-${worker}`), { limit: 7 });
          if (lines.length === 0) return mine;
          mine.push(...positions(lines));
        }
      }),
    );
    expect(taken.flat().toSorted((a, b) => a - b)).toEqual(upTo(500));
    expect(await stateOfRun(run)).toMatchObject({ processing_count: 500, draft_count: 0 });
  });

  test('the longest due lines come first, then by position; lines that are not due are not claimed', async () => {
    const run = await createFilledRun(db, upTo(6));
    const dueAt = (time: string) => `next_attempt_at = now() + interval '${time}'`;
    await change(run, dueAt('-1 h'), 5);
    await change(run, dueAt('-2 h'), 4);
    await change(run, dueAt('1 h'), 1);
    const order: number[] = [];
    for (let turn = 0; turn < 6; turn++)
      order.push(...positions((await claim(db, run, newLease(), { limit: 1 })).lines));
    expect(order).toEqual([4, 5, 2, 3, 6]);
  });

  test('the attempt is counted, and the lease is the worker’s', async () => {
    const run = await createFilledRun(db, upTo(1));
    const lease = newLease('worker-3');
    const { lines } = await claim(db, run, lease);
    expect(lines).toMatchObject([{ position: 1, wooCustomerId: 1, attempts: 1, isolated: false }]);
    const { rows } = await db.admin.query(
      'select lease_token, worker_id, lease_until > clock_timestamp() as holds from woo_customer_sync_queue_line where queue_id = $1',
      [run.runId],
    );
    expect(rows).toEqual([{ lease_token: lease.token, worker_id: 'worker-3', holds: true }]);
  });

  test('isolated lines are claimed one at a time, once no others are due', async () => {
    const run = await createFilledRun(db, upTo(5));
    for (const position of [1, 2, 4]) await change(run, 'alone = true', position);
    const others = await claim(db, run, newLease());
    expect(positions(others.lines)).toEqual([3, 5]);
    expect((await claim(db, run, newLease(), { mayTakeSuspect: false })).lines).toEqual([]);
    for (const position of [1, 2, 4]) {
      const { lines } = await claim(db, run, newLease());
      expect(lines).toMatchObject([{ position, isolated: true }]);
    }
  });
});

describe('a slice of work', () => {
  const slice = (run: TestRun) =>
    processRun(createWorkDeps(db.database), run, new AbortController().signal);

  test('does not claim an isolated line while another one is leased', async () => {
    const run = await createFilledRun(db, upTo(3), { settings: { batchSize: 1 } });
    await change(run, 'alone = true', 2);
    const held = newLease('worker-2');
    const { lines } = await claim(db, run, held, { limit: 1 });
    await slice(run);
    expect(await statesOf(db, run)).toEqual(['processing', 'draft', 'done']);
    await complete(run, held.token, done(lines));
    await slice(run);
    expect(await statesOf(db, run)).toEqual(['done', 'done', 'done']);
  });

  test('claims nothing of an ended run', async () => {
    const run = await createFilledRun(db, upTo(3));
    await db.database.withOrg(run.orgId, async (sql) => {
      await lockRun(sql, run.runId);
      await cancelLines(sql, run.runId);
    });
    const before = await stateOfRun(run);
    await slice(run);
    expect(await stateOfRun(run)).toEqual(before);
  });

  test('of a paused store: stores what was read, and releases without an attempt what must be requested', async () => {
    const run = await createFilledRun(db, upTo(4));
    for (const position of [2, 3]) await change(run, 'payload = null', position);
    await db.database.withOrg(run.orgId, (sql) =>
      pauseRefusingStore(sql, run.storeId, { code: 'wrong_key', reason: 'The key is gone.' }),
    );
    await slice(run);
    expect(await statesOf(db, run)).toEqual(['done', 'draft', 'draft', 'done']);
    const { rows } = await db.admin.query(
      `select attempts from woo_customer_sync_queue_line where queue_id = $1 and state = 'draft'`,
      [run.runId],
    );
    expect(rows).toEqual([{ attempts: 0 }, { attempts: 0 }]);
    expect(await stateOfRun(run)).toMatchObject({
      is_action_required: true,
      action_code: 'store_paused',
    });
    expect(await eventsOf(db, run)).toContain('store.paused');
  });
});

describe('a worker whose lease was reclaimed (F9)', () => {
  /** Lines that one worker leased too long, and another one has now. */
  async function takenOver(count: number) {
    const run = await createFilledRun(db, upTo(count));
    const old = newLease();
    const { lines } = await claim(db, run, old);
    await db.admin.query(
      `update woo_customer_sync_queue_line set lease_until = clock_timestamp() - interval '1 s'
        where queue_id = $1 and position = 1`,
      [run.runId],
    );
    const back = await db.database.withOrg(run.orgId, async (sql) => {
      await lockRun(sql, run.runId);
      return reclaimLines(sql, run.runId, 3);
    });
    expect(back).toEqual({ returned: 1, failed: [] });
    return { run, old, lines };
  }

  test('completes nothing, not even the lines that are still its own', async () => {
    const { run, old, lines } = await takenOver(3);
    const before = await stateOfRun(run);
    await expect(complete(run, old.token, done(lines))).rejects.toMatchObject({
      code: 'lease_lost',
    });
    expect(await statesOf(db, run)).toEqual(['draft', 'processing', 'processing']);
    expect(await stateOfRun(run)).toEqual(before);
  });

  test('does not disturb the one that holds the line now', async () => {
    const { run, old, lines } = await takenOver(1);
    const next = newLease('worker-2');
    await claim(db, run, next);
    await expect(complete(run, old.token, done(lines))).rejects.toMatchObject({
      code: 'lease_lost',
    });
    expect(await statesOf(db, run)).toEqual(['processing']);
    await complete(run, next.token, done(lines));
    expect(await statesOf(db, run)).toEqual(['done']);
    await expect(complete(run, next.token, done(lines))).rejects.toMatchObject({
      code: 'lease_lost',
    });
  });

  test('a valid lease of a live worker is not reclaimed', async () => {
    const run = await createFilledRun(db, upTo(2));
    await claim(db, run, newLease());
    const back = await db.database.withOrg(run.orgId, async (sql) => {
      await lockRun(sql, run.runId);
      return reclaimLines(sql, run.runId, 3);
    });
    expect(back).toEqual({ returned: 0, failed: [] });
  });
});
