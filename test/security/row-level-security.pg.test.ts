import { randomUUID } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillTables } from './fill-tables.ts';
import { codeOf } from '@mantis-sync/db';

let db: TestDatabase;
let tables: string[];
const mine = randomUUID();
const other = randomUUID();

/** Roles that a transaction takes on; none of them has a login. */
const ROLES = ['mantis_app', 'mantis_system', 'mantis_retention'];

beforeAll(async () => {
  db = await createTestDatabase();
  await fillTables(db.admin, mine);
  await db.admin.query(
    `insert into organization (id, name, slug) values ($1::uuid, 'Other', 'other')`,
    [other],
  );
  const { rows } = await db.admin.query<{ name: string }>(
    `select c.relname as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      order by c.relname`,
  );
  tables = rows.map(({ name }) => name);
});
afterAll(() => db.drop());

/** What a statement did: rows, or the code of its refusal. */
async function outcomeOf(act: Promise<{ rowCount: number }>): Promise<number | string> {
  return act.then(
    ({ rowCount }) => rowCount,
    (error: unknown) => codeOf(error) ?? 'no code',
  );
}

const PERMISSION_DENIED = '42501';
const nothingHappened = [0, PERMISSION_DENIED];

test('every tenant table has a row to attack', async () => {
  expect(tables.length).toBeGreaterThanOrEqual(14);
  for (const table of tables) {
    const { rows } = await db.admin.query(`select from ${table} where org_id = $1 limit 1`, [mine]);
    expect([table, rows.length]).toEqual([table, 1]);
  }
});

test('row-level security is on and forced for every tenant table (S8)', async () => {
  const { rows } = await db.admin.query(
    `select relname from pg_class
      where relname = any($1) and relnamespace = 'public'::regnamespace
        and not (relrowsecurity and relforcerowsecurity)`,
    [tables],
  );
  expect(rows).toEqual([]);
});

test('the roles have no login, no bypass, and own nothing (S9)', async () => {
  const { rows } = await db.admin.query(
    `select rolname from pg_roles
      where rolname = any($1) and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin)`,
    [ROLES],
  );
  expect(rows).toEqual([]);
  const owned = await db.admin.query(
    `select relname from pg_class where relowner in (select oid from pg_roles where rolname = any($1))
     union all
     select proname from pg_proc where proowner in (select oid from pg_roles where rolname = any($1))`,
    [ROLES],
  );
  expect(owned.rows).toEqual([]);
});

test('the role that searches over all customers has no login and no member, and reads no more than it needs', async () => {
  const { rows: roles } = await db.admin.query(
    `select rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as may_more,
            array(select rolname::text from pg_roles
                   where rolname in ('mantis_app', 'mantis_system', 'mantis_retention', 'mantis_runtime')
                     and pg_has_role(oid, searcher.oid, 'member')) as members
       from pg_roles searcher where rolname = 'mantis_search'`,
  );
  expect(roles).toEqual([{ may_more: false, members: [] }]);
  const { rows: functions } = await db.admin.query(
    `select proname as name, prosecdef as is_definer, has_function_privilege('mantis_app', oid, 'execute') as for_app
       from pg_proc where pg_get_userbyid(proowner) = 'mantis_search' order by 1`,
  );
  expect(functions).toEqual([
    { name: 'find_customers', is_definer: true, for_app: true },
    { name: 'find_rare_customers', is_definer: false, for_app: false },
  ]);
  const { rows: owned } = await db.admin.query(
    `select relname from pg_class where pg_get_userbyid(relowner) = 'mantis_search'`,
  );
  expect(owned).toEqual([]);
  const { rows: readable } = await db.admin.query<{ table: string; column: string }>(
    `select c.relname as table, a.attname as column from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace in ('public'::regnamespace, 'mantis'::regnamespace) and c.relkind in ('r', 'p', 'v')
        and has_column_privilege('mantis_search', c.oid, a.attnum, 'select') order by 1, 2`,
  );
  expect(new Set(readable.map(({ table }) => table))).toEqual(new Set(['customer']));
  expect(readable.map(({ column }) => column)).toEqual([
    'country',
    'deleted_at',
    'id',
    'is_paying_customer',
    'org_id',
    'role',
    'search_text',
    'sort_name',
    'store_id',
    'updated_at',
    'woo_id',
  ]);
  const { rows: writable } = await db.admin.query(
    `select c.relname from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and (has_table_privilege('mantis_search', c.oid, 'delete, truncate')
             or has_any_column_privilege('mantis_search', c.oid, 'insert, update'))`,
  );
  expect(writable).toEqual([]);
});

test('the role that deletes rows with their store or run has no login and no member, and reads only their keys', async () => {
  const { rows: roles } = await db.admin.query(
    `select rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as may_more,
            array(select rolname::text from pg_roles
                   where rolname in ('mantis_app', 'mantis_system', 'mantis_retention', 'mantis_runtime')
                     and pg_has_role(oid, deleter.oid, 'member')) as members
       from pg_roles deleter where rolname = 'mantis_cascade'`,
  );
  expect(roles).toEqual([{ may_more: false, members: [] }]);
  const { rows: functions } = await db.admin.query(
    `select proname as name, prosecdef as is_definer, has_function_privilege('mantis_app', oid, 'execute') as for_app
       from pg_proc where pg_get_userbyid(proowner) = 'mantis_cascade' order by 1`,
  );
  expect(functions).toEqual([
    { name: 'delete_customers_of_store', is_definer: true, for_app: false },
    { name: 'delete_lines_of_run', is_definer: true, for_app: false },
  ]);
  const { rows: rights } = await db.admin.query(
    `select c.relname as table, array(
              select a.attname::text from pg_attribute a
               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 and has_column_privilege('mantis_cascade', c.oid, a.attnum, 'select') order by 1) as readable,
            has_table_privilege('mantis_cascade', c.oid, 'delete') as may_delete,
            has_any_column_privilege('mantis_cascade', c.oid, 'insert, update') as may_write
       from pg_class c
      where c.relnamespace in ('public'::regnamespace, 'mantis'::regnamespace) and c.relkind in ('r', 'p', 'v')
        and (has_table_privilege('mantis_cascade', c.oid, 'delete, truncate')
             or has_any_column_privilege('mantis_cascade', c.oid, 'select, insert, update'))
      order by 1`,
  );
  expect(rights).toEqual([
    {
      table: 'customer',
      readable: ['org_id', 'store_id'],
      may_delete: true,
      may_write: false,
    },
    {
      table: 'woo_customer_sync_queue_line',
      readable: ['org_id', 'queue_id'],
      may_delete: true,
      may_write: false,
    },
  ]);
});

describe('with no organisation set (S6)', () => {
  test('nothing is read, changed or made in any tenant table', async () => {
    for (const table of tables) await expectUntouched(table, null);
  });
});

describe('with another organisation set (S7)', () => {
  test('nothing is read, changed or made in any tenant table', async () => {
    for (const table of tables) await expectUntouched(table, other);
  });
});

async function expectUntouched(table: string, orgId: string | null): Promise<void> {
  const before = await checksumOf(table);
  const columns = await writableColumnsOf(table);
  const statements = {
    read: `select 1 from ${table}`,
    change: `update ${table} set org_id = org_id`,
    move: `update ${table} set org_id = '${other}'`,
    remove: `delete from ${table}`,
    clear: `truncate ${table}`,
    make: `insert into ${table} (${columns}) overriding system value select ${columns} from ${table}_copy`,
  };
  for (const [name, statement] of Object.entries(statements)) {
    const outcome = await outcomeOf(asApp(table, orgId, (sql) => sql.query(statement)));
    expect([table, name, nothingHappened.includes(outcome as never), outcome]).toEqual([
      table,
      name,
      true,
      outcome,
    ]);
  }
  expect(await checksumOf(table)).toBe(before);
}

/** All except generated ones, which reject every value. */
async function writableColumnsOf(table: string): Promise<string> {
  const { rows } = await db.admin.query<{ list: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as list from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows[0]?.list ?? '';
}

async function checksumOf(table: string): Promise<string> {
  const { rows } = await db.admin.query<{ sum: string }>(
    `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from ${table} t`,
  );
  return rows[0]?.sum ?? '';
}

/** As the application does it, with a copy of the table's rows; everything is rolled back. */
async function asApp(
  table: string,
  orgId: string | null,
  work: (sql: Sql) => Promise<{ rowCount: number }>,
): Promise<{ rowCount: number }> {
  const session = await db.openSession();
  try {
    await session.query('begin');
    await session.query(`create temp table ${table}_copy on commit drop as select * from ${table}`);
    await session.query(`grant select on ${table}_copy to mantis_app`);
    await session.query(`select set_config('mantis.org_id', $1, true)`, [orgId ?? '']);
    await session.query('set local role mantis_app');
    return await work(session);
  } finally {
    await session.query('rollback').catch(() => undefined);
    await session.close();
  }
}

test('row-level security cannot be switched off by the application’s role', async () => {
  for (const table of tables) {
    for (const statement of [
      `alter table ${table} disable row level security`,
      `alter table ${table} no force row level security`,
      `create policy mine on ${table} using (true)`,
      `alter table ${table} owner to mantis_app`,
    ]) {
      expect(await outcomeOf(asApp(table, other, (sql) => sql.query(statement)))).toBe(
        PERMISSION_DENIED,
      );
    }
    const off = asApp(table, other, async (sql) => {
      await sql.query('set local row_security = off');
      return sql.query(`select 1 from ${table}`);
    });
    expect(nothingHappened).toContain(await outcomeOf(off));
  }
});

test('a reference between tenant tables holds the organisation too (S11)', async () => {
  const { rows } = await db.admin.query(
    `select conrelid::regclass::text as child, conname from pg_constraint
      where contype = 'f' and conrelid::regclass::text = any($1) and confrelid::regclass::text = any($1)
        and not exists (select from unnest(conkey) key
                          join pg_attribute a on a.attrelid = conrelid and a.attnum = key
                         where a.attname = 'org_id')`,
    [tables],
  );
  expect(rows).toEqual([]);
});

test('security definer functions pin their search path, and are not public (S12)', async () => {
  const { rows } = await db.admin.query(
    `select proname from pg_proc
      where pronamespace = 'mantis'::regnamespace and prosecdef
        and (not coalesce(array_to_string(proconfig, ',') like '%search_path%', false)
             or has_function_privilege('public', oid, 'execute'))`,
  );
  expect(rows).toEqual([]);
  const views = await db.admin.query(
    `select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'v'
        and not coalesce('security_invoker=true' = any(reloptions), false)`,
  );
  expect(views.rows).toEqual([]);
});

test('activity is append-only for the application, and names who did it', async () => {
  for (const table of ['woo_sync_activity', 'organization_activity']) {
    for (const statement of [
      `update ${table} set message = 'nothing happened'`,
      `delete from ${table}`,
      `truncate ${table}`,
    ]) {
      expect(await outcomeOf(asApp(table, mine, (sql) => sql.query(statement)))).toBe(
        PERMISSION_DENIED,
      );
    }
    const { rows } = await db.admin.query(
      `select attname from pg_attribute where attrelid = $1::regclass and attname = 'actor_type' and attnotnull`,
      [table],
    );
    expect(rows).toHaveLength(1);
  }
});

test('the system’s role reads no customer, no key and no activity', async () => {
  for (const statement of [
    'select 1 from customer',
    'select 1 from woo_sync_activity',
    'select 1 from customer_change',
    'select consumer_secret_cipher from woo_store',
    'select secret_cipher from woo_webhook_endpoint',
    'select begun_by_id from store_grant',
    'select payload from woo_customer_sync_queue_line',
    'update woo_customer_sync_queue set revision = 0',
  ]) {
    const outcome = outcomeOf(db.database.withSystem((sql) => sql.query(statement)));
    expect([statement, await outcome]).toEqual([statement, PERMISSION_DENIED]);
  }
});

test('a pooled connection keeps no state of the previous organisation (S10)', async () => {
  const seen = async (orgId: string) =>
    db.database.withOrg(orgId, async (sql) => (await sql.query('select from woo_store')).rowCount);
  for (let turn = 0; turn < 5; turn++) {
    expect(await seen(mine)).toBe(1);
    expect(await seen(other)).toBe(0);
    await expect(db.database.withOrg(mine, (sql) => sql.query('select 1/0'))).rejects.toMatchObject(
      { code: '22012' },
    );
    expect(await seen(other)).toBe(0);
  }
});
