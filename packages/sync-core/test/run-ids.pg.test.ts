import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun } from './factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function clockMs(): Promise<number> {
  const { rows } = await db.admin.query<{ ms: number }>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  return rows[0]?.ms ?? Number.NaN;
}

test('the id of a run is a UUID of version 7 with its time, so that lines are appended to their indexes', async () => {
  const before = await clockMs();
  const { runId } = await createRun(db);
  const after = await clockMs();
  expect(runId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const madeAt = Number.parseInt(runId.replace('-', '').slice(0, 12), 16);
  expect(madeAt).toBeGreaterThanOrEqual(before);
  expect(madeAt).toBeLessThanOrEqual(after);
});

test('a thousand ids made at once differ', async () => {
  const { rows } = await db.admin.query<{ ids: number }>(
    'select count(distinct mantis.new_run_id())::int as ids from generate_series(1, 1000)',
  );
  expect(rows[0]?.ids).toBe(1000);
});
