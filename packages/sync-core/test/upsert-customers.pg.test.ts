import { momentOf } from '../src/domain/choose-answer.ts';
import type { Database } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type CustomerVersion,
  markCustomersDeleted,
  upsertCustomers,
} from '../src/sql/customers.ts';
import { lockRun } from '../src/sql/run-row.ts';
import type { PreparedCustomer } from '../src/worker/processing/prepare-customer.ts';
import { storeCustomers } from '../src/worker/processing/store-customers.ts';
import { countDeadlocks } from './count-deadlocks.ts';
import { expectSound } from './expect-sound.ts';
import { createRun, type TestRun } from './factories.ts';
import { customerRow, versionOf } from './filled-run.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ max: 20 });
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

const JANUARY = new Date('2026-01-31T00:00:00Z');
const FEBRUARY = new Date('2026-02-28T00:00:00Z');
const MARCH = new Date('2026-03-31T00:00:00Z');

/** Customer 7 under a name, as it was changed and as it was read. */
const version = (name: string, changed: string | null, readAt: Date): CustomerVersion =>
  versionOf(customerRow(7, { first_name: name, date_modified_gmt: changed }), readAt);

const store = (run: TestRun, ...versions: CustomerVersion[]) => storeIn(db.database, run, versions);

async function storeIn(
  database: Database,
  run: TestRun,
  versions: CustomerVersion[],
): Promise<string[]> {
  const outcomes = await database.withOrg(run.orgId, (sql) => upsertCustomers(sql, run, versions));
  return [...outcomes.values()].map(({ outcome }) => outcome);
}

const markDeleted = (run: TestRun, readAt: Date) =>
  db.database.withOrg(run.orgId, (sql) =>
    markCustomersDeleted(sql, run, [7], momentOf(readAt.getTime()), 'walk'),
  );

const named = (first_name: string) => ({ first_name });

async function stored({ storeId }: TestRun) {
  const { rows } = await db.admin.query<{ first_name: string; deleted: boolean; version: string }>(
    `select first_name, deleted_at is not null as deleted, xmin::text || ctid::text as version
       from customer where store_id = $1 order by woo_id`,
    [storeId],
  );
  return rows;
}

describe('of two answers about a customer the one that was read clearly later stays (1.2, R1)', () => {
  const early = '2026-01-10T00:00:00';
  const late = '2026-02-10T00:00:00';

  test.each<[string, CustomerVersion, CustomerVersion]>([
    [
      'a store that was restored: its date went back',
      version('AfterEdit', late, FEBRUARY),
      version('Before', early, MARCH),
    ],
    [
      'an import that carries 1970',
      version('Old', late, JANUARY),
      version('New', '1970-01-01T00:00:00', FEBRUARY),
    ],
    ['changed at the same second', version('Old', early, JANUARY), version('New', early, FEBRUARY)],
    ['without a date of change', version('Old', null, JANUARY), version('New', null, FEBRUARY)],
    ['one without a date', version('Old', early, JANUARY), version('New', null, FEBRUARY)],
  ])('%s', async (_what, old, recent) => {
    const inOrder = await createRun(db);
    expect(await store(inOrder, old)).toEqual(['created']);
    expect(await store(inOrder, recent)).toEqual(['updated']);
    expect(await stored(inOrder)).toMatchObject([recent.customer.firstName].map(named));

    const reversed = await createRun(db);
    await store(reversed, recent);
    expect(await store(reversed, old)).toEqual(['unchanged']);
    expect(await stored(reversed)).toMatchObject([recent.customer.firstName].map(named));
  });

  test('a version dated in the future by a wrong clock is replaced', async () => {
    const run = await createRun(db);
    await store(run, version('Old', null, JANUARY));
    await db.admin.query(
      "update customer set fetched_at = now() + interval '1 year' where store_id = $1",
      [run.storeId],
    );
    expect(await store(run, version('New', null, FEBRUARY))).toEqual(['updated']);
  });

  test('a worker with a wrong clock neither loses to older versions nor blocks newer ones', async () => {
    const run = await createRun(db);
    await store(run, version('Old', late, new Date(Date.now() - 1_000)));
    const next = { ...run, createdAt: new Date() };
    const behind = version('New', early, JANUARY);
    expect(await store(next, behind)).toEqual(['updated']);
    const ahead = version('Ahead', early, new Date('2100-01-01T00:00:00Z'));
    expect(await store(next, ahead)).toEqual(['updated']);
    const { rows } = await db.admin.query<{ is_past: boolean }>(
      'select fetched_at <= now() as is_past from customer where store_id = $1',
      [run.storeId],
    );
    expect(rows).toEqual([{ is_past: true }]);
  });

  test('of two overlapping responses the later change is stored, the earlier one disputed', async () => {
    const run = await createRun(db);
    const read = (name: string, changed: string) => ({
      ...version(name, changed, FEBRUARY),
      fetchBeganAt: JANUARY,
    });
    await store(run, read('Early', early));
    expect(await store(run, read('Late', late))).toEqual(['updated']);
    const disputed = await db.database.withOrg(run.orgId, (sql) =>
      upsertCustomers(sql, run, [read('Early', early)]),
    );
    expect([...disputed.values()]).toMatchObject([{ outcome: 'unchanged', isDisputed: true }]);
    expect(await stored(run)).toMatchObject([named('Late')]);
  });
});

test('omitted fields keep their values, and are no change (R3)', async () => {
  const run = await createRun(db);
  const row: Record<string, unknown> = customerRow(7, {
    meta_data: [{ id: 1, key: 'vat', value: 'X' }],
    billing: { city: 'Bern' },
  });
  await store(run, versionOf(row, JANUARY));
  const { meta_data: _meta, billing: _billing, ...hidden } = row;
  await storeIn(db.database, run, [versionOf(hidden, FEBRUARY)]);
  await storeIn(db.database, run, [versionOf({ ...hidden, first_name: 'New' }, MARCH)]);
  const { rows } = await db.admin.query<object>(
    'select first_name, city, billing, meta_data from customer where store_id = $1',
    [run.storeId],
  );
  expect(rows).toEqual([
    {
      first_name: 'New',
      city: 'Bern',
      billing: { city: 'Bern' },
      meta_data: [{ id: 1, key: 'vat', value: 'X' }],
    },
  ]);
});

test('the same content costs no write, however often and late it is read', async () => {
  const run = await createRun(db);
  await store(run, version('Ada', null, JANUARY));
  const before = await stored(run);
  expect(await store(run, version('Ada', null, MARCH))).toEqual(['unchanged']);
  expect(await stored(run)).toEqual(before);
});

describe('a customer that was deleted', () => {
  test('is restored by a version read later, even with the same content', async () => {
    const run = await createRun(db);
    const ada = (readAt: Date) => version('Ada', '2026-01-10T00:00:00', readAt);
    await store(run, ada(JANUARY));
    expect(await markDeleted(run, FEBRUARY)).toEqual([7]);
    expect(await markDeleted(run, FEBRUARY)).toEqual([]);
    expect(await store(run, ada(MARCH))).toEqual(['updated']);
    expect(await stored(run)).toMatchObject([{ first_name: 'Ada', deleted: false }]);
  });

  test('is not restored by a version read earlier', async () => {
    const run = await createRun(db);
    await store(run, version('Ada', '2026-01-10T00:00:00', JANUARY));
    await markDeleted(run, MARCH);
    await store(run, version('Stale', '2026-01-20T00:00:00', FEBRUARY));
    expect(await stored(run)).toMatchObject([{ deleted: true }]);
  });

  test('is not deleted by an answer that is older than what is stored', async () => {
    const run = await createRun(db);
    await store(run, version('Ada', '2026-01-10T00:00:00', FEBRUARY));
    expect(await markDeleted(run, JANUARY)).toEqual([]);
    expect(await stored(run)).toMatchObject([{ deleted: false }]);
  });
});

test('a batch with the same customer twice stores the last version once (F23)', async () => {
  const run = await createRun(db);
  const prepared = ['First', 'Second'].map((name): PreparedCustomer => ({
    kind: 'store',
    version: version(name, null, FEBRUARY),
    warnings: [],
  }));
  const outcomes = await db.database.withOrg(run.orgId, async (sql) =>
    storeCustomers(sql, (await lockRun(sql, run.runId))!, prepared),
  );
  expect([...outcomes]).toEqual([[7, 'created']]);
  expect(await stored(run)).toMatchObject([{ first_name: 'Second' }]);
});

test('an unchanged customer gets the row hash of a new mapping, and nothing else changes', async () => {
  const run = await createRun(db);
  const read = version('Ada', null, FEBRUARY);
  const rowHash = Buffer.alloc(16, 7);
  const sameMapping = Buffer.concat([rowHash.subarray(0, 15), Buffer.of(8)]);
  const nextMapping = Buffer.alloc(16, 8);
  const whole = async () => {
    const { rows } = await db.admin.query<{ row_hash: Buffer | null }>(
      'select * from customer where store_id = $1',
      [run.storeId],
    );
    return rows[0];
  };
  await store(run, read);
  const before = await whole();
  expect(before).toMatchObject({ row_hash: null });
  expect(await store(run, { ...read, rowHash })).toEqual(['unchanged']);
  expect(await whole()).toEqual({ ...before, row_hash: rowHash });
  // A row that differs only in what is not stored, perhaps in each response, is not worth a write.
  expect(await store(run, { ...read, rowHash: sameMapping })).toEqual(['unchanged']);
  expect(await whole()).toEqual({ ...before, row_hash: rowHash });
  expect(await store(run, { ...read, rowHash: nextMapping })).toEqual(['unchanged']);
  expect(await whole()).toEqual({ ...before, row_hash: nextMapping });
  expect(await store(run, { ...version('Grace', null, MARCH), rowHash: null })).toEqual([
    'updated',
  ]);
  expect(await whole()).toMatchObject({ row_hash: null });
});

test.each(["content_hash = sha256('other')", "woo_modified_at = '2026-05-01'"])(
  'a row hash does not survive a write by a program that does not know it: %s',
  async (change) => {
    const run = await createRun(db);
    const rowHash = Buffer.alloc(16, 7);
    const rowHashes = async () => {
      const { rows } = await db.admin.query<{ row_hash: Buffer | null }>(
        'select row_hash from customer where store_id = $1',
        [run.storeId],
      );
      return rows;
    };
    await store(run, { ...version('Ada', null, FEBRUARY), rowHash });
    await db.admin.query("update customer set city = 'Ghent' where store_id = $1", [run.storeId]);
    expect(await rowHashes()).toEqual([{ row_hash: rowHash }]);
    await db.admin.query(`update customer set ${change} where store_id = $1`, [run.storeId]);
    expect(await rowHashes()).toEqual([{ row_hash: null }]);
  },
);

test('batches with the same customers in opposite orders neither deadlock nor lose any (F18)', async () => {
  const run = await createRun(db);
  const ids = Array.from({ length: 40 }, (_, index) => index + 1);
  const batch = (order: readonly number[], turn: number) =>
    order.map((id) =>
      versionOf(
        customerRow(id, { first_name: `Turn ${turn}`, date_modified_gmt: null }),
        new Date(turn * 1_000),
      ),
    );
  const deadlocks = await countDeadlocks(db, (database) =>
    Promise.all(
      Array.from({ length: 30 }, (_, turn) =>
        storeIn(database, run, batch(turn % 2 ? ids : ids.toReversed(), turn)),
      ),
    ),
  );
  expect(deadlocks).toBe(0);
  const rows = await stored(run);
  expect(rows).toHaveLength(40);
  expect(new Set(rows.map(({ first_name }) => first_name))).toEqual(new Set(['Turn 29']));
});
