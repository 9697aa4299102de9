import { randomUUID } from 'node:crypto';
import { createDatabase, type Database, type NamedStatement, type Sql } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendActivity, appendAndNotify } from '../src/sql/activity.ts';
import { upsertCustomers } from '../src/sql/customers.ts';
import { insertChanges } from '../src/sql/customer-history.ts';
import { moveCursor, spendRequests, takeDiscovery } from '../src/sql/discovery.ts';
import { enqueueWhenDue, notifyRunChanged } from '../src/sql/jobs.ts';
import { claimLines, completeLines, insertLines } from '../src/sql/lines.ts';
import { lockRun } from '../src/sql/run-row.ts';
import {
  createOrg,
  createRun,
  createStore,
  firstPage,
  leaseOf,
  MINUTE_MS,
  newLine,
  type TestRun,
} from './factories.ts';
import { customerRow, versionOf } from './filled-run.ts';

const BATCH = 50;
/** Of the store whose page is written, and of another one beside it. */
const CUSTOMERS = 5_000;
/** Of that store, over before its run. */
const RUNS = 1_000;
/** Tables that may not be read by scanning them, and of which no plan may read more than a batch. */
const LARGE = new Set([
  'customer',
  'woo_customer_sync_queue',
  'woo_customer_sync_queue_line',
  'woo_sync_activity',
]);

interface Statement extends NamedStatement {
  values: readonly unknown[];
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
  await withoutStatistics();
});
afterEach(() => db.drop());

/** Statistics come when a test says so, and not before. */
async function withoutStatistics(): Promise<void> {
  for (const table of LARGE)
    await db.admin.query(`alter table ${table} set (autovacuum_enabled = off)`);
}

/** Fills the store of a run, and a second store of its organisation. */
async function fill(run: TestRun): Promise<void> {
  const otherStore = await createStore(db, run.orgId);
  for (const storeId of [run.storeId, otherStore]) {
    await db.admin.query(
      `insert into customer (org_id, store_id, woo_id, username, first_name, last_name, role, company, phone,
         city, country, is_paying_customer, billing, shipping, meta_data, extra, content_hash, fetched_at)
       select $1, $2, n, 'user' || n, 'Ada', 'Lovelace', 'customer', '', '', '', '', false, '{}', '{}', '[]',
              '{}', sha256(n::text::bytea), now()
         from generate_series(1, $3::int) n`,
      [run.orgId, storeId, CUSTOMERS],
    );
  }
  await db.admin.query(
    `insert into woo_customer_sync_queue
       (org_id, store_id, request_hash, actor_type, discovery_state, finished_at)
     select $1, $2, '', 'system', 'cancelled', now() from generate_series(1, $3::int)`,
    [run.orgId, run.storeId, RUNS],
  );
  await db.admin.query(
    `insert into woo_customer_sync_queue_line (org_id, queue_id, position, woo_customer_id, fetched_at)
     select $1, $2, n, n, now() from generate_series(1, $3::int) n`,
    [run.orgId, run.runId, CUSTOMERS],
  );
}

/** Work in a transaction that is undone. */
const undone = (run: TestRun, work: (sql: Sql) => Promise<void>) =>
  undoneIn(db.database, run, work);

async function undoneIn(
  database: Database,
  run: TestRun,
  work: (sql: Sql) => Promise<void>,
): Promise<void> {
  const over = new Error('undone');
  await database
    .withOrg(run.orgId, async (sql) => {
      await work(sql);
      throw over;
    })
    .catch((error: unknown) => {
      if (error !== over) throw error;
    });
}

/** Everything that a page and a batch send, in order, with the values of a full batch. */
async function recordStatements(run: TestRun): Promise<Statement[]> {
  const recorded: Statement[] = [];
  const lease = leaseOf(run);
  const token = randomUUID();
  const owner = { orgId: run.orgId, storeId: run.storeId, runId: run.runId };
  const ids = Array.from({ length: BATCH }, (_, index) => CUSTOMERS - 10 + index);
  await db.database.withOrg(run.orgId, (sql) => takeDiscovery(sql, lease));
  await undone(run, async (inner) => {
    const sql: Sql = {
      query(statement, values) {
        if (typeof statement !== 'string')
          recorded.push({ ...statement, values: statement.values ?? [] });
        return inner.query(statement, values);
      },
    };
    await lockRun(sql, run.runId);
    await spendRequests(sql, run.runId, 1);
    await upsertCustomers(
      sql,
      owner,
      ids.map((id) => versionOf(customerRow(id))),
    );
    const version = { ...versionOf(customerRow(1)), rowHash: Buffer.alloc(16) };
    const bare = { content_hash: version.contentHash, row_hash: null, is_deleted: false };
    const known = { ...bare, woo_modified_at: version.customer.dateModified };
    await upsertCustomers(sql, owner, [version], new Map([[1, known]]));
    await insertChanges(sql, owner, [{ wooId: 1, kind: 'updated', source: 'walk', changes: [] }]);
    const reading = { beganAt: new Date(), endedAt: new Date() };
    const { totalCount } = await moveCursor(sql, lease, firstPage);
    // Behind the lines that a test may add before it runs the statements.
    const before = totalCount + CUSTOMERS;
    await insertLines(sql, run.orgId, run.runId, before, reading, ids.map(newLine));
    for (const append of [appendActivity, appendAndNotify])
      await append(sql, run.runId, [{ event: 'test', message: 'Test.' }], 1);
    const { lines } = await claimLines(
      sql,
      run.runId,
      BATCH,
      { token, workerId: 'worker-1', leaseMs: MINUTE_MS },
      true,
    );
    await completeLines(
      sql,
      run.runId,
      token,
      lines.map(({ position }) => ({ position, state: 'done', outcome: 'unchanged' })),
    );
    await enqueueWhenDue(sql, run.runId);
    await notifyRunChanged(sql, run.runId);
  });
  return recorded;
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

function toLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return quote(value.toISOString());
  if (Buffer.isBuffer(value)) return quote(`\\x${value.toString('hex')}`);
  if (Array.isArray(value)) return quote(`{${value.map(toElement).join(',')}}`);
  return quote(typeof value === 'string' ? value : JSON.stringify(value));
}

/** JSON quotes a text as an array does. */
function toElement(item: unknown): string {
  if (item === null) return 'null';
  if (Buffer.isBuffer(item)) return JSON.stringify(`\\x${item.toString('hex')}`);
  return JSON.stringify(item);
}

type Mode = 'force_custom_plan' | 'force_generic_plan';

type Explained = { name: string; plan: PlanNode }[];

/** Runs the statements as prepared ones with one kind of plan. */
async function explainAll(
  run: TestRun,
  statements: readonly Statement[],
  mode: Mode,
): Promise<Explained> {
  const explained: Explained = [];
  await undone(run, async (sql) => {
    await sql.query(`set local plan_cache_mode = ${mode}`);
    for (const [index, statement] of statements.entries()) {
      const prepared = `${mode}_${explainedSoFar}_${index}`;
      await sql.query(`prepare ${prepared} as ${statement.text}`);
      explained.push(...(await explainOne(sql, prepared, statement)));
    }
  });
  explainedSoFar += 1;
  return explained;
}

async function explainOne(sql: Sql, prepared: string, { name, values }: Statement) {
  const literals = values.length > 0 ? `(${values.map(toLiteral).join(', ')})` : '';
  const { rows } = await sql.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) execute ${prepared}${literals}`,
  );
  return rows.map((row) => ({ name, plan: row['QUERY PLAN'][0].Plan }));
}

/** A prepared statement outlives its transaction, so each has a name of its own. */
let explainedSoFar = 0;

function problemsOf(node: PlanNode): string[] {
  const table = node['Relation Name'];
  const isRead = table !== undefined && LARGE.has(table) && node['Node Type'].includes('Scan');
  const rows =
    node['Actual Loops'] *
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0));
  return [
    ...(isRead && node['Node Type'] === 'Seq Scan' ? [`scans ${table}`] : []),
    ...(isRead && rows > BATCH ? [`reads ${rows} rows of ${table}`] : []),
    ...(node.Plans ?? []).flatMap(problemsOf),
  ];
}

/** The plans that read too much, by statement. */
async function findBadPlans(run: TestRun, statements: readonly Statement[]) {
  const bad: Record<string, string[]> = {};
  for (const mode of ['force_custom_plan', 'force_generic_plan'] as const) {
    for (const { name, plan } of await explainAll(run, statements, mode)) {
      const problems = problemsOf(plan);
      if (problems.length > 0) bad[`${name}, ${mode}`] = problems;
    }
  }
  return bad;
}

/** More executions than PostgreSQL plans for the values at hand, so that it keeps a plan for all values. */
const EXECUTIONS_WITH_CUSTOM_PLANS = 6;

/**
 * The plans that read too much, by statement, of statements that a connection has used since the tables were
 * empty. Their plans stay: rows do not invalidate a plan, only statistics do.
 */
async function findBadKeptPlans(mode: Mode | 'auto') {
  const database = createDatabase({ url: db.url, max: 1 });
  const run = await createRun(db);
  const bad: Record<string, string[]> = {};
  try {
    const statements = await recordStatements(run);
    await undoneIn(database, run, async (sql) => {
      await sql.query(`set plan_cache_mode = ${mode}`);
      for (const [index, statement] of statements.entries()) {
        await sql.query(`prepare kept_${index} as ${statement.text}`);
        for (let n = 0; n < EXECUTIONS_WITH_CUSTOM_PLANS; n += 1)
          await explainOne(sql, `kept_${index}`, statement);
      }
    });
    await fill(run);
    await undoneIn(database, run, async (sql) => {
      for (const [index, statement] of statements.entries())
        for (const { name, plan } of await explainOne(sql, `kept_${index}`, statement)) {
          const problems = problemsOf(plan);
          if (problems.length > 0) bad[name] = problems;
        }
    });
  } finally {
    await database.close();
  }
  return bad;
}

describe('no plan of a hot statement reads more than its batch', () => {
  let run: TestRun;
  let statements: Statement[];

  beforeEach(async () => {
    // Other runs and organisations, so that the small tables are not a single page.
    const orgId = await createOrg(db);
    for (let n = 0; n < 20; n += 1) await createRun(db, { orgId });
    run = await createRun(db);
    statements = await recordStatements(run);
  });

  test('the statements of a page and of a batch are known by name', () => {
    expect(statements.map(({ name }) => name).toSorted()).toEqual([
      'append-activity',
      'append-and-notify',
      'claim-lines',
      'complete-lines',
      'enqueue-when-due',
      'fill-row-hashes',
      'find-stored-versions',
      'insert-changes',
      'insert-lines',
      'lock-run',
      'move-cursor',
      'notify-run-changed',
      'spend-requests',
      'upsert-customers',
    ]);
  });

  test('on empty tables', async () => {
    // One by one: each finds the tables empty.
    for (const statement of statements) expect(await findBadPlans(run, [statement])).toEqual({});
  });

  test.each(['auto', 'force_generic_plan'] as const)(
    'kept by a connection since the tables were empty (%s)',
    async (mode) => {
      expect(await findBadKeptPlans(mode)).toEqual({});
    },
  );

  test('on full tables without statistics, then with them', async () => {
    run = await createRun(db);
    await fill(run);
    statements = await recordStatements(run);
    expect(await findBadPlans(run, statements)).toEqual({});
    for (const table of LARGE) await db.admin.query(`analyze ${table}`);
    expect(await findBadPlans(run, statements)).toEqual({});
  });
});
