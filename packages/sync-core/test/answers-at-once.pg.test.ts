import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { createWooSim } from '@mantis-sync/woo-sim';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { discoverRun } from '../src/worker/discovery/discover.ts';
import { createFairShare } from '../src/worker/fair-share.ts';
import { expectSound } from './expect-sound.ts';
import { createRun } from './factories.ts';
import { createWorkDeps } from './filled-run.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.admin.query(
    "insert into sync_worker (id, host, version) values ('worker-1', 'test', '0')",
  );
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

test('of stores that respond simultaneously, a worker reads as many pages as it has places for', async () => {
  const sims = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      createWooSim({ customers: 250, guests: 0, seed: index + 1 }),
    ),
  );
  onTestFinished(async () => void (await Promise.all(sims.map((sim) => sim.close()))));
  const runs = await Promise.all(sims.map(({ url }) => createRun(db, { url })));
  const answers = createFairShare({ places: 2 });
  const deps = { ...createWorkDeps(db.database), answers };
  // No page can be stored, so that none is completed.
  const session = await db.openSession();
  await session.query('begin');
  await session.query('lock table customer in share mode');
  const work = runs.map((run) => discoverRun(deps, run, new AbortController().signal));
  await vi.waitUntil(() => answers.load().waiting >= 4, { timeout: 60_000 });
  expect(answers.load().taken).toBe(2);

  await session.query('rollback');
  await Promise.all(work);
  expect(answers.load()).toEqual({ taken: 0, waiting: 0 });
  const { rows } = await db.admin.query('select count(*)::int as customers from customer');
  expect(rows).toEqual([{ customers: 1_500 }]);
});
