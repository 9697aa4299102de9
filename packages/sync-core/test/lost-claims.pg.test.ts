import { createDatabase, type Database } from '@mantis-sync/db';
import {
  createTcpProxy,
  createTestDatabase,
  type TcpProxy,
  type TestDatabase,
} from '@mantis-sync/dev-postgres/testing';
import { createWooSim } from '@mantis-sync/woo-sim';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { discoverRun } from '../src/worker/discovery/discover.ts';
import { processRun } from '../src/worker/processing/process.ts';
import { expectSound } from './expect-sound.ts';
import { createRun, type TestRun } from './factories.ts';
import { createFilledRun, createWorkDeps, eventsOf, statesOf } from './filled-run.ts';

let db: TestDatabase;
let proxy: TcpProxy;
let database: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.admin.query(
    "insert into sync_worker (id, host, version) values ('worker-1', 'test', '0')",
  );
  proxy = await createTcpProxy(db.url);
  database = createDatabase({ url: proxy.through(db.url) });
});
afterAll(async () => {
  await database.close();
  await proxy.close();
  await db.drop();
});
afterEach(() => expectSound(db.admin));

const slice = (run: TestRun, work: typeof processRun) =>
  work(createWorkDeps(database), run, new AbortController().signal);

/** The first transaction of a slice is its claim. */
async function loseClaim(run: TestRun, work: typeof processRun): Promise<void> {
  proxy.losesCommit = true;
  await expect(slice(run, work)).rejects.toMatchObject({ commitUnknown: true });
}

// None of this waits for a lease, which lasts a minute; no sweep runs.

test('a claim whose commit was not confirmed is released immediately, and no attempt is counted (F14)', async () => {
  const run = await createFilledRun(db, [1, 2, 3]);
  await loseClaim(run, processRun);
  expect(await statesOf(db, run)).toEqual(['draft', 'draft', 'draft']);
  expect(await eventsOf(db, run)).toContain('batch.handed_back');

  await db.admin.query(
    'update woo_customer_sync_queue_line set next_attempt_at = mantis.now() where queue_id = $1',
    [run.runId],
  );
  await slice(run, processRun);
  const { rows } = await db.admin.query(
    `select state, attempts, deaths from woo_customer_sync_queue_line
      where queue_id = $1 order by position`,
    [run.runId],
  );
  expect(rows).toEqual([1, 2, 3].map(() => ({ state: 'done', attempts: 1, deaths: 0 })));
});

test('a discovery whose lease was not confirmed is released immediately, and no crash is counted (F14)', async () => {
  const sim = await createWooSim({ customers: 5, guests: 0 });
  onTestFinished(() => sim.close());
  const run = await createRun(db, { url: sim.url });
  await loseClaim(run, discoverRun);
  await slice(run, discoverRun);
  const { rows } = await db.admin.query(
    `select discovery_state, discovery_deaths, page_attempts, done_count
       from woo_customer_sync_queue where id = $1`,
    [run.runId],
  );
  expect(rows).toEqual([
    { discovery_state: 'complete', discovery_deaths: 0, page_attempts: 0, done_count: 5 },
  ]);
  const events = await eventsOf(db, run);
  expect(events.filter((event) => event === 'discovery.started')).toHaveLength(1);
});
