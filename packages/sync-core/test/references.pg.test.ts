import { randomUUID } from 'node:crypto';
import { codeOf, type Sql } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { upsertCustomers } from '../src/sql/customers.ts';
import { insertLines } from '../src/sql/lines.ts';
import { createOrg, createRun, createStore, newLine, type TestRun } from './factories.ts';
import { customerRow, versionOf } from './filled-run.ts';

// Customers refer to stores and lines to runs by triggers, which check a statement instead of each row.

const FOREIGN_KEY_VIOLATION = '23503';
const PERMISSION_DENIED = '42501';
const LINES = 'woo_customer_sync_queue_line';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ max: 5 });
});
afterAll(() => db.drop());

/** Adds two rows, in a transaction of its own unless one is given. */
const inTransaction =
  (add: (sql: Sql, run: TestRun) => Promise<unknown>) =>
  (run: TestRun, sql?: Sql): Promise<unknown> =>
    sql ? add(sql, run) : db.database.withOrg(run.orgId, (own) => add(own, run));

const addCustomers = inTransaction((sql, run) =>
  upsertCustomers(
    sql,
    run,
    [1, 2].map((id) => versionOf(customerRow(id))),
  ),
);
const addLines = inTransaction((sql, { orgId, runId }) => {
  const reading = { beganAt: new Date(), endedAt: new Date() };
  return insertLines(sql, orgId, runId, 0, reading, [1, 2].map(newLine));
});

/** Without the look-up of the run that `insertLines` does. */
const addBareLine = ({ orgId, runId }: TestRun) =>
  db.database.withOrg(orgId, (sql) =>
    sql.query(
      `insert into ${LINES} (org_id, queue_id, position, woo_customer_id) values ($1, $2, 1, 1)`,
      [orgId, runId],
    ),
  );

async function outcomeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'done',
    (error: unknown) => codeOf(error) ?? 'no code',
  );
}

/** Rows of any store or run, whatever organisation they claim. */
async function countOf(table: string, column: string, id: string): Promise<number> {
  const { rows } = await db.admin.query<{ count: number }>(
    `select count(*)::int as count from ${table} where ${column} = $1`,
    [id],
  );
  return rows[0]?.count ?? Number.NaN;
}

const customersOf = ({ storeId }: TestRun) => countOf('customer', 'store_id', storeId);
const linesOf = ({ runId }: TestRun) => countOf(LINES, 'queue_id', runId);

describe('a customer belongs to a store, and a line to a run', () => {
  test('that exists', async () => {
    const run = await createRun(db);
    const absent = { ...run, storeId: randomUUID(), runId: randomUUID() };
    expect(await outcomeOf(addCustomers(absent))).toBe(FOREIGN_KEY_VIOLATION);
    expect(await outcomeOf(addBareLine(absent))).toBe(FOREIGN_KEY_VIOLATION);
    expect([await customersOf(absent), await linesOf(absent)]).toEqual([0, 0]);
  });

  test('of its organisation', async () => {
    const run = await createRun(db);
    const foreign = { ...run, orgId: await createOrg(db) };
    expect(await outcomeOf(addCustomers(foreign))).toBe(FOREIGN_KEY_VIOLATION);
    expect(await outcomeOf(addBareLine(foreign))).toBe(FOREIGN_KEY_VIOLATION);
    expect([await customersOf(run), await linesOf(run)]).toEqual([0, 0]);
  });

  test('of its organisation, even for a superuser', async () => {
    const run = await createRun(db);
    const orgId = await createOrg(db);
    const line = db.admin.query(
      `insert into ${LINES} (org_id, queue_id, position, woo_customer_id) values ($1, $2, 1, 1)`,
      [orgId, run.runId],
    );
    expect(await outcomeOf(line)).toBe(FOREIGN_KEY_VIOLATION);
    await addCustomers(run);
    const customers = db.admin.query(
      `insert into customer (org_id, store_id, woo_id, username, first_name, last_name, role, company, phone, city,
         country, is_paying_customer, billing, shipping, meta_data, extra, content_hash, fetched_at)
       select $1, store_id, woo_id, username, first_name, last_name, role, company, phone, city, country,
              is_paying_customer, billing, shipping, meta_data, extra, content_hash, fetched_at
         from customer where store_id = $2`,
      [orgId, run.storeId],
    );
    expect(await outcomeOf(customers)).toBe(FOREIGN_KEY_VIOLATION);
  });

  test('and keeps it', async () => {
    const run = await createRun(db);
    const otherStore = await createStore(db, run.orgId);
    const other = await createRun(db, { orgId: run.orgId });
    await addCustomers(run);
    await addLines(run);
    for (const [statement, id, to] of [
      ['update customer set store_id = $2 where store_id = $1', run.storeId, otherStore],
      ['update woo_store set id = $2 where id = $1', run.storeId, randomUUID()],
      ['update woo_customer_sync_queue set id = $2 where id = $1', run.runId, randomUUID()],
    ] as const) {
      expect([statement, await outcomeOf(db.admin.query(statement, [id, to]))]).toEqual([
        statement,
        PERMISSION_DENIED,
      ]);
    }
    const moved = db.admin.query(`update ${LINES} set queue_id = $2 where queue_id = $1`, [
      run.runId,
      other.runId,
    ]);
    expect(await outcomeOf(moved)).toBe('23514');
    expect([await customersOf(run), await linesOf(run)]).toEqual([2, 2]);
  });
});

describe('what is deleted with its parent', () => {
  test('lines with their run, and no others', async () => {
    const [run, kept] = [await createRun(db), await createRun(db)];
    await addLines(run);
    await addLines(kept);
    await db.admin.query('delete from woo_customer_sync_queue where id = $1', [run.runId]);
    expect([await linesOf(run), await linesOf(kept)]).toEqual([0, 2]);
  });

  test('customers, runs and lines with their store, and those of no other store', async () => {
    const run = await createRun(db);
    const kept = await createRun(db, { orgId: run.orgId });
    for (const each of [run, kept]) {
      await addCustomers(each);
      await addLines(each);
    }
    await db.database.withOrg(run.orgId, (sql) =>
      sql.query('delete from woo_store where id = $1', [run.storeId]),
    );
    expect([await customersOf(run), await linesOf(run)]).toEqual([0, 0]);
    expect([await customersOf(kept), await linesOf(kept)]).toEqual([2, 2]);
  });

  test('everything with its organisation', async () => {
    const run = await createRun(db);
    await addCustomers(run);
    await addLines(run);
    await db.admin.query('delete from organization where id = $1', [run.orgId]);
    expect([await customersOf(run), await linesOf(run)]).toEqual([0, 0]);
  });

  test('nothing of another organisation, which cannot delete the store', async () => {
    const run = await createRun(db);
    await addCustomers(run);
    const orgId = await createOrg(db);
    await db.database.withOrg(orgId, (sql) =>
      sql.query('delete from woo_store where id = $1', [run.storeId]),
    );
    expect(await customersOf(run)).toBe(2);
  });
});

describe('a deletion at the same time', () => {
  test.each([
    ['the store of new customers', 'woo_store', 'storeId', addCustomers, customersOf],
    ['the run of new lines', 'woo_customer_sync_queue', 'runId', addLines, linesOf],
  ] as const)('of %s makes the insert fail', async (_, table, key, add, count) => {
    const run = await createRun(db);
    const deleter = await db.openSession();
    await deleter.query('begin');
    await deleter.query(`delete from ${table} where id = $1`, [run[key]]);
    const adding = outcomeOf(add(run));
    await db.untilBlocked();
    await deleter.query('commit');
    await deleter.close();
    expect(await adding).toBe(FOREIGN_KEY_VIOLATION);
    expect(await count(run)).toBe(0);
  });

  test.each([
    ['customers', 'woo_store', 'storeId', addCustomers, customersOf],
    ['lines', 'woo_customer_sync_queue', 'runId', addLines, linesOf],
  ] as const)('waits for new %s, and deletes them', async (_, table, key, add, count) => {
    const run = await createRun(db);
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
    const { promise: isAdded, resolve: added } = Promise.withResolvers<void>();
    const adding = db.database.withOrg(run.orgId, async (sql) => {
      await add(run, sql);
      added();
      await mayCommit;
    });
    await isAdded;
    const deleting = db.admin.query(`delete from ${table} where id = $1`, [run[key]]);
    await db.untilBlocked();
    commit();
    await Promise.all([adding, deleting]);
    expect(await count(run)).toBe(0);
  });
});
