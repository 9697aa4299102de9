import { randomBytes, randomUUID } from 'node:crypto';
import { codeOf, createDatabase, type Database, migrate } from '@mantis-sync/db';
import { createPrisma } from '@mantis-sync/db/prisma';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTenantLogin } from '../../packages/db/src/runtime-login.ts';
import { startWorker } from '../support/start-worker.ts';

// What a statement can do that somebody injected into a transaction on tenant data.

let db: TestDatabase;
let tenant: Database;
let name: string;
const orgId = '11111111-1111-4111-8111-111111111111';
beforeAll(async () => {
  // A clone of the template would lack the rights that migrations grant.
  db = await createTestDatabase({ empty: true });
  await migrate({ url: db.url });
  name = `tenant_${randomBytes(4).toString('hex')}`;
  const url = new URL(db.url);
  url.username = name;
  url.password = randomBytes(16).toString('hex');
  await ensureTenantLogin(db.adminUrl, url.href);
  tenant = createDatabase({ url: url.href, max: 1 });
  await db.admin.query(`insert into organization (id, name, slug) values ($1, 'A', 'a')`, [orgId]);
});
afterAll(async () => {
  await tenant.close();
  await db.admin.query(`drop owned by ${name}; drop role ${name}`);
  await db.drop();
});

/** The code with which the last statement is rejected. */
const refusal = (...statements: string[]) =>
  tenant
    .withOrg(orgId, async (sql) => {
      for (const statement of statements) await sql.query(statement);
      return null;
    })
    .catch((error: unknown) => codeOf(error));

test.each([
  ['none', `select set_config('role', 'none', true)`],
  ['the system', `select set_config('role', 'mantis_system', true)`],
  ['retention', `select set_config('role', 'mantis_retention', true)`],
])('as %s nothing of people can be read (P16)', async (_role, change) => {
  for (const table of ['auth_user', 'auth_session', 'auth_account', 'auth_passkey', 'auth_api_key'])
    expect([table, await refusal(change, `select from ${table}`)]).toEqual([table, '42501']);
});

test('a statement that leaves the transaction’s role can read no table (P16)', async () => {
  const { rows } = await db.admin.query<{ table: string }>(
    `select format('%I.%I', schemaname, tablename) as table from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  expect(rows.length).toBeGreaterThan(20);
  for (const { table } of rows) {
    const refused = await refusal(
      `select set_config('role', 'none', true)`,
      `select from ${table}`,
    );
    expect([table, refused]).toEqual([table, '42501']);
  }
});

test.each(['mantis_runtime', 'postgres'])('the role %s cannot be taken on (P16)', async (role) => {
  expect(await refusal(`select set_config('role', '${role}', true)`)).toMatch(/^(42501|22023)$/);
});

test('no temporary table can be made that hides one of ours (P16)', async () => {
  const create = 'create temp table woo_store (name text)';
  expect(await refusal(create)).toBe('42501');
  expect(await refusal(`select set_config('role', 'none', true)`, create)).toBe('42501');
});

test('where a login may make temporary tables, ours still come first (P16)', async () => {
  const owner = createDatabase({ url: db.url, max: 1 });
  try {
    await db.admin.query(
      `grant temporary on database "${new URL(db.url).pathname.slice(1)}" to mantis_app`,
    );
    await owner.withOrg(orgId, (sql) => sql.query('create temp table woo_store (name text)'));
    const { rows } = await owner.withOrg(orgId, (sql) =>
      sql.query<{ schema: string }>(
        `select relnamespace::regnamespace::text as schema from pg_class
          where oid = 'woo_store'::regclass`,
      ),
    );
    expect(rows).toEqual([{ schema: 'public' }]);
  } finally {
    await owner.close();
  }
});

test('no organisation can replace or delay a job of another one (P17)', async () => {
  // Installs the tables of jobs.
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  await (await startWorker({ databaseUrl: db.url, secretKeys })).stop();
  const [runId, other] = [randomUUID(), randomUUID()];
  await db.admin.query(`insert into organization (id, name, slug) values ($1, 'B', 'b')`, [other]);
  const enqueue = (org: string, due: string | null) =>
    db.database.withOrg(org, async (sql) => {
      await sql.query(`select mantis.enqueue_job('sync.discover', $1, $2)`, [runId, due]);
      await sql.query(`select mantis.enqueue_store_job('store.diagnose', $1, $2)`, [runId, due]);
    });
  const jobsOf = async (org: string) => {
    const { rows } = await db.admin.query(
      `select task.identifier, job.run_at, job.payload from graphile_worker._private_jobs job
           join graphile_worker._private_tasks task on task.id = job.task_id
          where job.payload->>'orgId' = $1 order by identifier`,
      [org],
    );
    return rows;
  };
  await enqueue(other, null);
  const before = await jobsOf(other);
  expect(before).toHaveLength(2);
  await enqueue(orgId, '9999-01-01');
  expect(await jobsOf(other)).toEqual(before);
  expect(await jobsOf(orgId)).toHaveLength(2);
});

test('connections for sign-in also search temporary tables last (P16)', async () => {
  const prisma = createPrisma({ url: db.url, max: 1 });
  try {
    await prisma.$executeRaw`create temporary table auth_user (email text)`;
    await prisma.$executeRaw`insert into pg_temp.auth_user values ('eve@mantis.example')`;
    expect(await prisma.$queryRaw`select email from auth_user`).toEqual([]);
    expect(await prisma.$queryRaw`show search_path`).toEqual([{ search_path: 'public, pg_temp' }]);
  } finally {
    await prisma.$disconnect();
  }
});
