import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { createWooSim } from '@mantis-sync/woo-sim';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { beginWalk } from '../src/domain/walk.ts';
import {
  completeDiscovery,
  type DiscoveryLease,
  failDiscovery,
  markAnswer,
  moveCursor,
  releaseDiscovery,
  spendRequests,
  takeDiscovery,
} from '../src/sql/discovery.ts';
import { reclaimDiscovery } from '../src/sql/leases.ts';
import { findRun, lockRun } from '../src/sql/run-row.ts';
import { WooError } from '../src/woo/woo-error.ts';
import { discoverRun } from '../src/worker/discovery/discover.ts';
import { toNewLines, toPageRows, toUnreadableLine } from '../src/worker/discovery/page-rows.ts';
import { expectSound } from './expect-sound.ts';
import {
  addPage,
  createRun,
  firstPage,
  leaseOf,
  MINUTE_MS,
  newLine,
  type TestRun,
} from './factories.ts';
import { createWorkDeps } from './filled-run.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ max: 20 });
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

async function rowOf(run: TestRun) {
  const { rows } = await db.admin.query('select * from woo_customer_sync_queue where id = $1', [
    run.runId,
  ]);
  return rows[0];
}

/** A run whose walk a worker has taken. */
async function takenRun(): Promise<{ run: TestRun; lease: DiscoveryLease }> {
  const run = await createRun(db);
  const lease = leaseOf(run);
  await db.database.withOrg(run.orgId, (sql) => takeDiscovery(sql, lease));
  return { run, lease };
}

const waitFor = (delayMs: number) => ({
  wait: { code: 'rate_limited', reason: 'Slow down.', delayMs },
  failedAttempts: 1,
  walkPageSize: 50,
  prefetchPages: 1,
});

describe('taking the walk of a run', () => {
  test('one of eight concurrent workers claims it', async () => {
    const run = await createRun(db);
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        db.database.withOrg(run.orgId, (sql) =>
          takeDiscovery(sql, leaseOf(run, `worker-${index}`)),
        ),
      ),
    );
    expect(taken.filter((row) => row !== null)).toHaveLength(1);
  });

  test('it is not available while the store is paused, while it waits, or after its end', async () => {
    const { run, lease } = await takenRun();
    const take = () => db.database.withOrg(run.orgId, (sql) => takeDiscovery(sql, leaseOf(run)));
    await db.database.withOrg(run.orgId, (sql) => releaseDiscovery(sql, lease, waitFor(3_600_000)));
    expect(await take()).toBeNull();
    await db.admin.query('update woo_customer_sync_queue set wait_until = now() where id = $1', [
      run.runId,
    ]);
    await db.admin.query(
      "update woo_store set state = 'paused', pause_code = 'x', pause_reason = 'x', paused_at = now() where id = $1",
      [run.storeId],
    );
    expect(await take()).toBeNull();
    await db.admin.query(
      "update woo_store set state = 'active', pause_code = null, pause_reason = null, paused_at = null where id = $1",
      [run.storeId],
    );
    const again = leaseOf(run);
    expect(await db.database.withOrg(run.orgId, (sql) => takeDiscovery(sql, again))).not.toBeNull();
    await db.database.withOrg(run.orgId, (sql) => completeDiscovery(sql, again));
    expect(await take()).toBeNull();
  });

  test('it is taken over once its lease has expired', async () => {
    const { run } = await takenRun();
    await db.admin.query(
      "update woo_customer_sync_queue set discovery_lease_until = clock_timestamp() - interval '1 s' where id = $1",
      [run.runId],
    );
    const other = leaseOf(run, 'worker-2');
    const taken = await db.database.withOrg(run.orgId, (sql) => takeDiscovery(sql, other));
    expect(taken?.id).toBe(run.runId);
  });
});

test.each(['before the walk begins', 'while the walk is prepared'])(
  'a walk whose worker stops %s sends no request, and is released',
  async (when) => {
    const sim = await createWooSim({ customers: 3 });
    onTestFinished(() => sim.close());
    const run = await createRun(db, { url: sim.url });
    const stopping = new AbortController();
    if (when.startsWith('before')) stopping.abort();
    const timeSliceMs = async () => {
      stopping.abort();
      return MINUTE_MS;
    };
    const deps = { ...createWorkDeps(db.database), timeSliceMs };
    await discoverRun(deps, run, stopping.signal);
    expect(sim.requests).toEqual([]);
    expect(await rowOf(run)).toMatchObject({
      discovery_state: 'walking',
      discovery_token: null,
      page_count: 0,
    });
  },
);

test('a worker that crashes while it waits for the store counts once, with an answer each time', async () => {
  const run = await createRun(db);
  /** The worker has no heartbeat, so that its walk is reclaimed immediately. */
  const crash = (withAnswer: boolean) =>
    db.database.withOrg(run.orgId, async (sql) => {
      const lease = leaseOf(run);
      await takeDiscovery(sql, lease);
      if (withAnswer) await markAnswer(sql, lease);
      return reclaimDiscovery(sql, run.runId);
    });
  const counted: (number | null)[] = [];
  for (const withAnswer of [false, false, false, false, true, false, true])
    counted.push(await crash(withAnswer));
  expect(counted).toEqual([1, 1, 1, 1, 2, 2, 3]);
});

describe('a worker that lost the lease of the walk', () => {
  const attempts: [string, (lease: DiscoveryLease) => Promise<unknown>][] = [
    ['moves no cursor', (lease) => within(lease, (sql) => moveCursor(sql, lease, firstPage))],
    ['completes nothing', (lease) => within(lease, (sql) => completeDiscovery(sql, lease))],
    [
      'fails nothing',
      (lease) =>
        within(lease, (sql) => failDiscovery(sql, lease, { code: 'x', message: 'x' }, true)),
    ],
    [
      'releases nothing',
      (lease) => within(lease, (sql) => releaseDiscovery(sql, lease, waitFor(1))),
    ],
  ];
  let orgId = '';
  const within = <T>(_lease: DiscoveryLease, work: Parameters<typeof db.database.withOrg<T>>[1]) =>
    db.database.withOrg(orgId, work);

  test.each(attempts)('I7: %s', async (_what, attempt) => {
    const { run, lease } = await takenRun();
    orgId = run.orgId;
    const before = await rowOf(run);
    await expect(attempt({ ...lease, token: randomUUID() })).rejects.toMatchObject({
      code: 'lease_lost',
    });
    expect(await rowOf(run)).toEqual(before);
  });

  test.each(attempts)('I7: %s after force-done took it away', async (_what, attempt) => {
    const { run, lease } = await takenRun();
    orgId = run.orgId;
    await db.admin.query(
      `update woo_customer_sync_queue set discovery_state = 'cancelled', discovery_token = null,
         discovery_worker_id = null, discovery_lease_until = null where id = $1`,
      [run.runId],
    );
    const before = await rowOf(run);
    await expect(attempt(lease)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await rowOf(run)).toEqual(before);
  });
});

describe('keeping a page', () => {
  test('lines are numbered in the order of the page, with what the store sent', async () => {
    const { run, lease } = await takenRun();
    await db.database.withOrg(run.orgId, async (sql) => {
      const moved = await moveCursor(sql, lease, firstPage);
      expect(await addPage(sql, run, moved.totalCount, [newLine(5), newLine(7)])).toBe(2);
      const next = await moveCursor(sql, lease, firstPage);
      expect(next.totalCount).toBe(2);
      expect(await addPage(sql, run, next.totalCount, [newLine(7), newLine(9)])).toBe(1);
    });
    const { rows } = await db.admin.query(
      'select position, woo_customer_id as id, payload from woo_customer_sync_queue_line where queue_id = $1 order by 1',
      [run.runId],
    );
    expect(rows).toEqual([
      { position: 1, id: 5, payload: { id: 5 } },
      { position: 2, id: 7, payload: { id: 7 } },
      { position: 3, id: 9, payload: { id: 9 } },
    ]);
  });

  test('a page read again adds nothing, nor does an unidentified row (F2)', async () => {
    const { run } = await takenRun();
    const rows = [{ id: 1 }, { id: 'x' }, { id: 2 }];
    const lines = [
      ...toNewLines(toPageRows(rows)),
      toUnreadableLine({ ...beginWalk(100), lastId: 2, offset: 3 }, new WooError('store_error')),
    ];
    const add = (before: number) =>
      db.database.withOrg(run.orgId, (sql) => addPage(sql, run, before, lines));
    expect(await add(0)).toBe(4);
    expect(await add(4)).toBe(0);
    expect(await rowOf(run)).toMatchObject({ total_count: 4, draft_count: 2, failed_count: 2 });
  });

  test('the same bad row twice on a page is kept once (F38)', async () => {
    const { run } = await takenRun();
    const lines = toNewLines(toPageRows([{ id: null }, { id: 3 }, { id: null }]));
    await db.database.withOrg(run.orgId, (sql) => addPage(sql, run, 0, lines));
    expect(await rowOf(run)).toMatchObject({ total_count: 2, draft_count: 1, failed_count: 1 });
  });

  test.each([
    ['V1: \\u0000', 'A\u0000B'],
    ['V2: a lone surrogate', 'A\ud800B'],
    ['quotes, braces and backslashes', String.raw`{"a",\} \u0041`],
  ])('%s in a name does not keep the page from being stored', async (_what, name) => {
    const { run } = await takenRun();
    const lines = toNewLines(toPageRows([{ id: 1, first_name: name }, { id: 2 }]));
    await db.database.withOrg(run.orgId, (sql) => addPage(sql, run, 0, lines));
    const { rows } = await db.admin.query(
      'select payload from woo_customer_sync_queue_line where queue_id = $1 order by position',
      [run.runId],
    );
    expect(rows).toEqual([{ payload: { id: 1, first_name: name } }, { payload: { id: 2 } }]);
  });

  test.each([0, 797, 2 ** 31, 1e12, 999_999_999_999_999])(
    'a total of %d can be kept (F39)',
    async (total) => {
      const { run, lease } = await takenRun();
      await db.database.withOrg(run.orgId, (sql) =>
        moveCursor(sql, lease, { ...firstPage, total }),
      );
      const kept = await db.database.withOrg(run.orgId, (sql) => findRun(sql, run.runId));
      expect(kept?.lastTotal).toBe(Math.min(total, 2 ** 31 - 1));
      expect(kept?.firstTotal).toBe(Math.min(total, 2 ** 31 - 1));
    },
  );

  test('the first total is kept, the last is updated; a budget only grows (F40)', async () => {
    const { run, lease } = await takenRun();
    await db.database.withOrg(run.orgId, async (sql) => {
      await moveCursor(sql, lease, { ...firstPage, total: 100, budget: 80 });
      await moveCursor(sql, lease, { ...firstPage, total: 900, budget: 60 });
      await moveCursor(sql, lease, firstPage);
    });
    expect(await rowOf(run)).toMatchObject({
      first_total: 100,
      last_total: 900,
      requests_budget: 80,
      page_count: 3,
    });
  });
});

describe('the budget of requests', () => {
  test('I4: twenty concurrent workers never exceed the budget', async () => {
    const run = await createRun(db);
    await db.admin.query('update woo_customer_sync_queue set requests_budget = 30 where id = $1', [
      run.runId,
    ]);
    const spent = await Promise.all(
      Array.from({ length: 20 }, () =>
        db.database.withOrg(run.orgId, (sql) => spendRequests(sql, run.runId, 4)),
      ),
    );
    expect(spent.filter(Boolean)).toHaveLength(7);
    expect(await rowOf(run)).toMatchObject({ requests_used: 28, requests_budget: 30 });
  });

  test('I4: a page pays for the next ones out of it, all or none', async () => {
    const { run, lease } = await takenRun();
    const move = (nextRequests: number, budget: number | null = null) =>
      db.database.withOrg(run.orgId, (sql) =>
        moveCursor(sql, lease, { ...firstPage, budget, nextRequests }),
      );
    expect((await move(2)).spentRequests).toBe(2);
    expect((await move(49)).spentRequests).toBe(0);
    expect((await move(48)).spentRequests).toBe(48);
    expect((await move(1)).spentRequests).toBe(0);
    expect((await move(10, 60)).spentRequests).toBe(10);
    expect(await rowOf(run)).toMatchObject({ requests_used: 60, requests_budget: 60 });
  });
});

describe('the end of a walk', () => {
  test('a release counts failed attempts up to the limit, and sets the next attempt', async () => {
    const { run, lease } = await takenRun();
    const until = await db.database.withOrg(run.orgId, (sql) =>
      releaseDiscovery(sql, lease, { ...waitFor(60_000), failedAttempts: 99 }),
    );
    expect(await rowOf(run)).toMatchObject({
      page_attempts: 8,
      walk_page_size: 50,
      wait_code: 'rate_limited',
      wait_until: until,
      discovery_token: null,
      state: 'processing',
    });
  });

  test('a failed discovery ends the run, and requires a decision only if nothing else can help', async () => {
    const [alone, asked] = [await takenRun(), await takenRun()];
    const error = { code: 'no_progress', message: 'The same page again and again.' };
    for (const { run, lease } of [alone, asked]) {
      await db.database.withOrg(run.orgId, (sql) =>
        failDiscovery(sql, lease, error, run === asked.run),
      );
    }
    expect(await rowOf(alone.run)).toMatchObject({
      state: 'failed',
      is_action_required: false,
      process_count: 1,
    });
    expect(await rowOf(asked.run)).toMatchObject({
      state: 'failed',
      is_action_required: true,
      action_code: error.code,
      action_reason: error.message,
    });
  });

  test('another organisation sees and changes nothing', async () => {
    const { run, lease } = await takenRun();
    const stranger = (await createRun(db)).orgId;
    const before = await rowOf(run);
    await db.database.withOrg(stranger, async (sql) => {
      expect(await findRun(sql, run.runId)).toBeNull();
      expect(await lockRun(sql, run.runId)).toBeNull();
      expect(await takeDiscovery(sql, leaseOf(run))).toBeNull();
      expect(await spendRequests(sql, run.runId, 1)).toBe(false);
    });
    for (const attempt of [
      () => db.database.withOrg(stranger, (sql) => moveCursor(sql, lease, firstPage)),
      () => db.database.withOrg(stranger, (sql) => completeDiscovery(sql, lease)),
      () => db.database.withOrg(stranger, (sql) => releaseDiscovery(sql, lease, waitFor(1))),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'lease_lost' });
    }
    expect(
      await db.database.withOrg(stranger, (sql) =>
        addPage(sql, { ...run, orgId: stranger }, 0, [newLine(1)]),
      ),
    ).toBe(0);
    expect(await rowOf(run)).toEqual(before);
  });
});
