import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../src/domain/actor.ts';
import { DEFAULT_RUN_SETTINGS } from '../src/domain/run-settings.ts';
import { createSyncService, type SyncService } from '../src/runs/sync-service.ts';
import { upsertCustomers } from '../src/sql/customers.ts';
import { applyBatch } from '../src/worker/processing/apply-batch.ts';
import type { PreparedLine } from '../src/worker/processing/prepare-batch.ts';
import { expectSound } from './expect-sound.ts';
import { createRun, MINUTE_MS, type TestRun } from './factories.ts';
import {
  claim,
  createFilledRun,
  createWorkDeps,
  customerRow,
  toPrepared,
  versionOf,
} from './filled-run.ts';

let db: TestDatabase;
let sync: SyncService;
beforeAll(async () => {
  db = await createTestDatabase({ max: 4 });
  sync = createSyncService({ database: db.database, defaults: DEFAULT_RUN_SETTINGS });
  await db.admin.query(
    `insert into sync_worker (id, host, version) values ('worker-1', 'test', '0')`,
  );
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

const callerOf = ({ orgId }: TestRun): Caller => ({
  orgId,
  actor: { type: 'user', id: 'u1', name: 'Ada' },
});
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const inUse = { code: 'bad_email', message: 'The e-mail is already used: 100% of it' };
const noBilling = { code: 'bad_record', message: 'billing: expected an object' };

/** Failed customers with one reason; what is known about the field over no help at all. */
const groupOf = (failure: typeof inUse, count: number, ids: number[], help = {}) => ({
  ...failure,
  field: null,
  expected: null,
  received: null,
  cause: null,
  fix: null,
  ...help,
  count,
  exampleIds: ids,
  examples: ids.map((id) => ({
    position: id,
    wooCustomerId: id,
    name: 'Ada Lovelace',
    email: `customer${id}@example.com`,
  })),
});
const billingHelp = { field: 'billing', expected: 'an object', received: 'an object' };

/** Takes a batch as a worker does; the customers named fail for good for their reason. */
async function complete(
  run: TestRun,
  reasons: Record<number, typeof inUse> = {},
  limit = 4,
): Promise<void> {
  const lease = { token: randomUUID(), workerId: 'worker-1', leaseMs: MINUTE_MS };
  const { run: row, lines } = await claim(db, run, lease, { limit });
  const prepared = lines.map((line): PreparedLine => {
    const reason = reasons[line.wooCustomerId ?? 0];
    return reason
      ? { line, customer: { kind: 'fail', ...reason, retryable: false } }
      : toPrepared([line])[0]!;
  });
  const batch = { run: row, token: lease.token, lines, until: '-infinity' };
  await applyBatch(createWorkDeps(db.database), batch, { prepared, released: [], trouble: null });
}

/** Twelve customers in batches of four, of whom five fail for two reasons. */
async function endedRun(settings = {}): Promise<TestRun> {
  const run = await createFilledRun(db, upTo(12), { settings: { batchSize: 4, ...settings } });
  await complete(run, { 1: inUse, 2: inUse, 4: noBilling });
  await complete(run);
  await complete(run, { 9: inUse, 12: noBilling });
  return run;
}

test('failures are counted by their reason over all failed lines, and lines are found by it', async () => {
  const run = await endedRun();
  const caller = callerOf(run);
  expect(await sync.failures(caller, run)).toEqual({
    groups: [groupOf(inUse, 3, [1, 9]), groupOf(noBilling, 2, [4, 12], billingHelp)],
    rest: { groups: 0, lines: 0 },
  });
  const { runId } = run;
  const found = async (filter: object) => {
    const first = await sync.lines(caller, { runId, ...filter, limit: 2 });
    const cursor = first.nextCursor;
    const next = cursor ? await sync.lines(caller, { runId, ...filter, cursor, limit: 50 }) : null;
    return [...first.items, ...(next?.items ?? [])].map(({ position }) => position);
  };
  expect(await found({ failure: inUse })).toEqual([1, 2, 9]);
  expect(await found({ failure: { ...inUse, message: 'The e-mail is already used' } })).toEqual([]);
  expect(await found({ outcome: 'created', from: 4, to: 10 })).toEqual([5, 6, 7, 8, 10]);
  expect(await found({ wooCustomerId: 12 })).toEqual([12]);
  expect(await found({ state: 'failed', from: 5 })).toEqual([9, 12]);

  expect(await sync.batchMap(caller, run)).toEqual({
    perCell: 4,
    cells: [
      { from: 1, to: 4, draft: 0, processing: 0, done: 1, failed: 3, cancelled: 0 },
      { from: 5, to: 8, draft: 0, processing: 0, done: 4, failed: 0, cancelled: 0 },
      { from: 9, to: 12, draft: 0, processing: 0, done: 2, failed: 2, cancelled: 0 },
    ],
  });
});

test('the map of a large run is counted from an index, or not at all', async () => {
  const run = await createRun(db);
  const caller = callerOf(run);
  await db.admin.query(
    `insert into woo_customer_sync_queue_line
       (org_id, queue_id, position, woo_customer_id, state, error_code, error_message)
     select $1, $2, n, n, case when n % 10000 = 0 then 'failed' else 'draft' end,
            case when n % 10000 = 0 then 'bad' end, case when n % 10000 = 0 then 'bad' end
       from generate_series(1, 50001) n`,
    [run.orgId, run.runId],
  );
  const { perCell, cells } = await sync.batchMap(caller, run);
  expect(perCell).toBe(250);
  expect(cells).toHaveLength(201);
  expect(cells?.at(-1)).toMatchObject({ from: 50_001, to: 50_001, draft: 1, failed: 0 });
  expect(cells?.filter(({ failed }) => failed > 0)).toEqual(
    [10_000, 20_000, 30_000, 40_000, 50_000].map((to) => {
      const none = { processing: 0, done: 0, cancelled: 0 };
      return { from: to - 249, to, draft: 249, failed: 1, ...none };
    }),
  );
  await db.admin.query(
    `update woo_customer_sync_queue_line set state = 'cancelled' where queue_id = $1 and position = 1`,
    [run.runId],
  );
  expect(await sync.batchMap(caller, run)).toEqual({ perCell: 250, cells: null });
});

test('the most frequent reasons are listed, and the rest is counted', async () => {
  const run = await createFilledRun(db, upTo(61));
  const reasons = upTo(61).map((id) => [id, { code: 'bad', message: `reason ${Math.max(id, 2)}` }]);
  await complete(run, Object.fromEntries(reasons) as Record<number, typeof inUse>, 61);
  const { groups, rest } = await sync.failures(callerOf(run), run);
  expect(groups).toHaveLength(50);
  expect(groups[0]).toEqual(groupOf({ code: 'bad', message: 'reason 2' }, 2, [1, 2]));
  expect(rest).toEqual({ groups: 10, lines: 10 });
});

test('a retry of one reason leaves the other failed lines, counts a round, and says which', async () => {
  const run = await endedRun({ maxRounds: 2 });
  const caller = callerOf(run);
  const retried = await sync.retry(caller, { ...run, failure: inUse });
  expect(retried).toMatchObject({
    retriedLines: 3,
    run: { round: 2, state: 'processing', counts: { draft: 3, failed: 2, done: 7 } },
  });
  const { items } = await sync.activity(caller, { ...run, text: 'RUN.RETRIED', limit: 5 });
  expect(items).toMatchObject([
    {
      message: `Round 2: 3 of 5 failed customers are retried: “${inUse.message}”. The other 2 stay failed.`,
      actor: { name: 'Ada' },
      data: { retriedLines: 3, codes: ['bad_email'] },
    },
  ]);
  // An action in progress is not started twice.
  expect((await sync.retry(caller, { ...run, failure: inUse })).retriedLines).toBe(0);
  await complete(run, { 9: inUse });
  expect(await sync.status(caller, run)).toMatchObject({
    state: 'partial',
    processCount: 2,
    isActionRequired: true,
    counts: { done: 9, failed: 3 },
  });
  await expect(sync.retry(caller, { ...run, failure: inUse })).rejects.toMatchObject({
    code: 'override_required',
  });
  await expect(
    sync.retry(caller, { ...run, override: true, failure: { code: 'bad_email', message: 'gone' } }),
  ).rejects.toMatchObject({ code: 'nothing_to_retry' });
  expect((await sync.status(caller, run)).round).toBe(2);
  const again = await sync.retry(caller, { ...run, override: true, failure: noBilling });
  expect(again).toMatchObject({ retriedLines: 2, run: { isActionRequired: false, round: 3 } });
  await complete(run);
  expect((await sync.failures(caller, run)).groups).toEqual([groupOf(inUse, 1, [9])]);
});

test('a line shows what was sent, what changed, and every attempt', async () => {
  const run = await createFilledRun(db, [1, 2]);
  const caller = callerOf(run);
  await db.database.withOrg(run.orgId, async (sql) => {
    const before = versionOf(
      customerRow(1, { first_name: 'Augusta', date_modified_gmt: '2025-01-01T00:00:00' }),
      new Date('2025-02-01T00:00:00Z'),
    );
    await upsertCustomers(sql, run, [before]);
  });
  await complete(run, { 2: noBilling });
  await sync.retry(caller, run);
  await complete(run, { 2: noBilling });

  expect(await sync.line(caller, { ...run, position: 2 })).toMatchObject({
    line: { state: 'failed', round: 2, wooCustomerId: 2, error: noBilling },
    payload: customerRow(2),
    changes: [],
    attempts: [
      { event: 'line.failed', data: { position: 2, attempts: 1 } },
      { event: 'line.failed', data: { position: 2, attempts: 1 } },
    ],
  });
  expect(await sync.line(caller, { ...run, position: 1 })).toMatchObject({
    line: { state: 'done', outcome: 'updated' },
    payload: null,
    changes: [{ kind: 'updated', changes: [{ field: 'first_name', from: 'Augusta', to: 'Ada' }] }],
    attempts: [],
  });
  await expect(sync.line(caller, { ...run, position: 3 })).rejects.toMatchObject({
    code: 'line_not_found',
  });
});

test('the throughput of a run is summed up in equal intervals, empty ones included', async () => {
  const run = await createFilledRun(db, upTo(2));
  const caller = callerOf(run);
  expect(await sync.throughput(caller, run)).toEqual({ from: null, bucketSeconds: 1, buckets: [] });
  const entries = [
    ['discovery.page', 0, { added: 2 }],
    [
      'batch.applied',
      1,
      { created: 1, updated: 2, unchanged: 3, deleted: 4, retrying: 5, failed: 6 },
    ],
    [
      'batch.applied',
      239,
      { created: 1, updated: 0, unchanged: 0, deleted: 0, retrying: 0, failed: 0 },
    ],
    ['run.note', 9_999, {}],
  ] as const;
  for (const [index, [event, second, data]] of entries.entries()) {
    await db.admin.query(
      `insert into woo_sync_activity (org_id, store_id, queue_id, seq, at, event, message, actor_type, data)
       values ($1, $2, $3, $4, '2026-01-01T00:00:01Z'::timestamptz + make_interval(secs => $5), $6, '', 'system', $7)`,
      [run.orgId, run.storeId, run.runId, index + 1, second, event, JSON.stringify(data)],
    );
  }
  await db.admin.query('update woo_customer_sync_queue set activity_seq = 4 where id = $1', [
    run.runId,
  ]);
  const { from, bucketSeconds, buckets } = await sync.throughput(caller, run);
  expect([from, bucketSeconds, buckets.length]).toEqual([new Date('2026-01-01T00:00:00Z'), 5, 49]);
  expect(buckets[0]).toEqual({ read: 2, done: 10, retrying: 5, failed: 6 });
  expect(buckets[48]).toEqual({ read: 0, done: 1, retrying: 0, failed: 0 });
  const quiet = { read: 0, done: 0, retrying: 0, failed: 0 };
  for (const bucket of buckets.slice(1, 48)) expect(bucket).toEqual(quiet);
});

test('the log is filtered by level and by words, which are not patterns', async () => {
  const run = await endedRun();
  const caller = callerOf(run);
  const found = async (filter: object) => {
    const { items } = await sync.activity(caller, { ...run, limit: 50, ...filter });
    return items.map(({ data, event }) => data['wooCustomerId'] ?? event);
  };
  expect(await found({ levels: ['error'], text: 'ALREADY' })).toEqual([9, 2, 1]);
  expect(await found({ text: '100%' })).toEqual([9, 2, 1]);
  expect(await found({ text: '%e-mail%' })).toEqual([]);
  expect(await found({ levels: ['warning', 'info'], text: 'batch' })).toEqual(
    Array(3).fill('batch.applied'),
  );
});
