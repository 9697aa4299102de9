import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../dev-postgres/src/testing.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseUnavailableError } from '../src/database-errors.ts';
import { migrate, schemaVersionState } from '../src/migrate.ts';

let test: TestDatabase;
let directory: string;
beforeEach(async () => {
  test = await createTestDatabase({ empty: true });
  directory = await mkdtemp(join(tmpdir(), 'mantis-migrations-'));
});
afterEach(async () => {
  await test.drop();
  await rm(directory, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'migration.sql'), sql);
}
const run = () => migrate({ url: test.url, directory, lockTimeoutMs: 50 });
const state = () => schemaVersionState(test.url, { directory });
const tables = async () => {
  const { rows } = await test.admin.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map(({ name }) => name);
};

describe('migrate', () => {
  it('applies missing migrations in order, and reports them', async () => {
    await write('20260102_b', 'alter table a add column n int');
    await write('20260101_a', 'create table a ()');
    expect(await state()).toBe('behind');
    expect(await run()).toEqual({ applied: ['20260101_a', '20260102_b'] });
    expect(await state()).toBe('current');
    expect(await run()).toEqual({ applied: [] });

    await write('20260103_c', 'create table c ()');
    expect(await state()).toBe('behind');
    expect(await run()).toEqual({ applied: ['20260103_c'] });
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'c']);
  });

  it('records them as Prisma does', async () => {
    const sql = '-- ünïcode\ncreate table a ();\n';
    await write('20260101_a', sql);
    await run();
    const { rows } = await test.admin.query('select * from _prisma_migrations');
    expect(rows).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        checksum: createHash('sha256').update(sql).digest('hex'),
        finished_at: expect.any(Date),
        migration_name: '20260101_a',
        logs: null,
        rolled_back_at: null,
        started_at: expect.any(Date),
        applied_steps_count: 1,
      },
    ]);
  });

  it('run by several concurrent processes, applies each migration once', async () => {
    await write('20260101_a', 'create table a ()');
    await write('20260102_b', 'create table b ()');
    const results = await Promise.all([run(), run(), run(), run()]);
    expect(results.flatMap(({ applied }) => applied).toSorted()).toEqual([
      '20260101_a',
      '20260102_b',
    ]);
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b']);
  });

  it('waits for another process only as long as configured', async () => {
    await write('20260101_a', 'create table a ()');
    const prisma = await test.openSession();
    // The key of Prisma's own lock: `prisma migrate deploy` and this never run concurrently.
    await prisma.query('select pg_advisory_lock(72707369)');
    const attempt = migrate({ url: test.url, directory, advisoryLockTimeoutMs: 50 });
    await expect(attempt).rejects.toMatchObject({ reason: 'locked' });
    await prisma.close();
    expect(await run()).toEqual({ applied: ['20260101_a'] });
  });

  it('rolls back a failed migration, and names its file and line', async () => {
    await write('20260101_a', 'create table a ();');
    await write('20260102_b', 'create table b ();\ncreate table c ();\nselect * from nowhere;');
    const attempt = run();
    await expect(attempt).rejects.toMatchObject({ reason: 'failed', migration: '20260102_b' });
    await expect(attempt).rejects.toThrow(/20260102_b.migration\.sql:3 failed: relation "nowhere"/);
    expect(await tables()).toEqual(['_prisma_migrations', 'a']);
    expect(await state()).toBe('behind');

    await write('20260102_b', 'create table b ();');
    expect(await run()).toEqual({ applied: ['20260102_b'] });
  });

  it('refuses an edited migration, and one that it does not know', async () => {
    await write('20260101_a', 'create table a ()');
    await run();
    await write('20260101_a', 'create table a (n int)');
    await expect(run()).rejects.toMatchObject({ reason: 'edited' });
    expect(await state()).toBe('behind');

    await write('20260101_a', 'create table a ()');
    await write('20260102_b', 'create table b ()');
    await run();
    await rm(join(directory, '20260102_b'), { recursive: true });
    await expect(run()).rejects.toMatchObject({ reason: 'unknown', migration: '20260102_b' });
    expect(await state()).toBe('ahead');
  });

  it('steps back from a table in use and tries again', async () => {
    await write('20260101_a', 'create table a ()');
    await run();
    await write('20260102_b', 'alter table a add column n int');
    const reader = await test.openSession();
    await reader.query('begin; select * from a');
    const waited = Promise.withResolvers<object>();
    const attempt = migrate({
      url: test.url,
      directory,
      lockTimeoutMs: 50,
      log: { info: () => {}, error: () => {}, warn: (fields) => waited.resolve(fields) },
    });
    expect(await waited.promise).toEqual({ migration: '20260102_b', attempt: 1 });
    await reader.close();
    expect(await attempt).toEqual({ applied: ['20260102_b'] });
  });

  it('puts tables into public, also for a login role that has the name of a schema', async () => {
    const role = new URL(test.url).username;
    await write('20260101_a', `create schema ${role}; create table a ();`);
    await write('20260102_b', 'create table b ()');
    await run();
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b']);
  });

  it('reports a missing database', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';
    await expect(migrate({ url, directory })).rejects.toThrow(DatabaseUnavailableError);
    await expect(schemaVersionState(url, { directory })).rejects.toThrow(DatabaseUnavailableError);
  });
});
