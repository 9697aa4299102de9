import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../src/domain/actor.ts';
import { DEFAULT_RUN_SETTINGS } from '../src/domain/run-settings.ts';
import { createSyncService, type SyncService } from '../src/runs/sync-service.ts';
import { reclaimLines } from '../src/sql/leases.ts';
import { lockRun } from '../src/sql/run-row.ts';
import { applyBatch } from '../src/worker/processing/apply-batch.ts';
import type { Batch, PreparedLine } from '../src/worker/processing/prepare-batch.ts';
import { expectSound } from './expect-sound.ts';
import { MINUTE_MS, type TestRun } from './factories.ts';
import {
  claim,
  createFilledRun,
  createWorkDeps,
  eventsOf,
  statesOf,
  toPrepared,
} from './filled-run.ts';
import { codeOf } from '@mantis-sync/db';

const ROUNDS = 100;

let db: TestDatabase;
let sync: SyncService;
beforeAll(async () => {
  db = await createTestDatabase({ max: 20 });
  sync = createSyncService({ database: db.database, defaults: DEFAULT_RUN_SETTINGS });
  await db.admin.query(
    `insert into sync_worker (id, host, version) values ('worker-1', 'test', '0')`,
  );
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

const callerOf = ({ orgId }: TestRun): Caller => ({
  orgId,
  actor: { type: 'user', id: 'u1', name: 'Ada' },
});
const rounds = Array.from({ length: ROUNDS }, (_, round) => round);

async function takeBatch(run: TestRun, limit = 1): Promise<Batch> {
  const token = randomUUID();
  const lease = { token, workerId: 'worker-1', leaseMs: MINUTE_MS };
  const { run: row, lines } = await claim(db, run, lease, { limit });
  return { run: row, token, lines, until: '-infinity' };
}

const toFailed = ({ lines }: Batch): PreparedLine[] =>
  lines.map((line) => ({
    line,
    customer: {
      kind: 'fail',
      code: 'bad_email',
      message: 'It is no address.',
      retryable: false,
    },
  }));

/** Writes a batch as a worker does. */
const apply = (batch: Batch, prepared: PreparedLine[] = toPrepared(batch.lines)) =>
  applyBatch(createWorkDeps(db.database), batch, { prepared, released: [], trouble: null });

const ends = (events: readonly string[]) =>
  events.filter((event) => /^run\.(done|partial|failed)$/.test(event));

/** Concurrently, except in the first two rounds, which run them in sequence: so both orders occur. */
async function race(
  round: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<PromiseSettledResult<unknown>[]> {
  const [first, second] = round % 2 === 0 ? [one, other] : [other, one];
  const begun = first();
  if (round < 2) await Promise.allSettled([begun]);
  return Promise.allSettled([begun, second()]);
}

/** The results of two concurrent actions. */
function codesOf(results: readonly PromiseSettledResult<unknown>[]): (string | null)[] {
  return results.map((result) =>
    result.status === 'fulfilled' ? null : (codeOf(result.reason) ?? 'no code'),
  );
}

test('the last two batches complete at the same time: the run ends, and says so once', async () => {
  for (const round of rounds) {
    const run = await createFilledRun(db, [1, 2]);
    const [one, two] = [await takeBatch(run), await takeBatch(run)];
    const isPartial = round % 2 === 1;
    await Promise.all([apply(one), apply(two, isPartial ? toFailed(two) : undefined)]);
    const state = isPartial ? 'partial' : 'done';
    expect(await sync.status(callerOf(run), run)).toMatchObject({ state, batches: 2 });
    expect(ends(await eventsOf(db, run))).toEqual([`run.${state}`]);
  }
});

test('force-done and a worker that finishes: one of them has the line (F62)', async () => {
  const winners = new Set<string>();
  for (const round of rounds) {
    const run = await createFilledRun(db, [1]);
    const batch = await takeBatch(run);
    const results = await race(
      round,
      () => sync.forceDone(callerOf(run), { ...run, reason: 'enough' }),
      () => apply(batch),
    );
    const codes = codesOf(results).filter((code) => code !== null);
    const [state] = await statesOf(db, run);
    expect(codes).toEqual(state === 'cancelled' ? ['lease_lost'] : []);
    expect(['cancelled', 'done']).toContain(state);
    expect((await sync.status(callerOf(run), run)).state).toBe('done');
    expect(ends(await eventsOf(db, run))).toEqual(['run.done']);
    // The customer is stored exactly where its line is done.
    const { rows } = await db.admin.query('select from customer where store_id = $1', [
      run.storeId,
    ]);
    expect(rows).toHaveLength(state === 'done' ? 1 : 0);
    winners.add(`${state}`);
  }
  expect(winners).toEqual(new Set(['cancelled', 'done']));
});

describe('a run that ended with a failed customer', () => {
  async function endedRun(): Promise<TestRun> {
    const run = await createFilledRun(db, [1, 2]);
    const batch = await takeBatch(run, 2);
    const [good] = toPrepared(batch.lines) as [PreparedLine];
    const [, bad] = toFailed(batch) as [PreparedLine, PreparedLine];
    await apply(batch, [good, bad]);
    expect((await sync.status(callerOf(run), run)).state).toBe('partial');
    return run;
  }

  test('two concurrent retries start one new round (F63)', async () => {
    for (const _round of rounds.slice(0, 30)) {
      const run = await endedRun();
      const retry = () => sync.retry(callerOf(run), run);
      const answers = await Promise.all([retry(), retry(), retry()]);
      expect(answers.map(({ retriedLines }) => retriedLines).toSorted((a, b) => a - b)).toEqual([
        0, 0, 1,
      ]);
      expect(await sync.status(callerOf(run), run)).toMatchObject({
        round: 2,
        state: 'processing',
      });
      const events = await eventsOf(db, run);
      expect(events.filter((event) => event === 'run.retried')).toHaveLength(1);
    }
  });

  test('a concurrent retry and force-done end in one of the two (F62)', async () => {
    for (const round of rounds.slice(0, 30)) {
      const run = await endedRun();
      const results = await race(
        round,
        () => sync.retry(callerOf(run), run),
        () => sync.forceDone(callerOf(run), { ...run, reason: 'enough' }),
      );
      const refused = codesOf(results).filter((code) => code !== null);
      expect([[], ['already_over']]).toContainEqual(refused);
      expect(await statesOf(db, run)).toEqual(['done', 'cancelled']);
      expect((await sync.status(callerOf(run), run)).state).toBe('done');
      const events = await eventsOf(db, run);
      expect(events.filter((event) => event === 'run.retried')).toHaveLength(1 - refused.length);
      expect(events.at(-1)).toBe('run.done');
    }
  });
});

test('a batch that completes while its lease is reclaimed: exactly one of the two happens (F9)', async () => {
  const outcomes = new Set<string>();
  for (const round of rounds) {
    const run = await createFilledRun(db, [1, 2]);
    const batch = await takeBatch(run, 2);
    await db.admin.query(
      `update woo_customer_sync_queue_line set lease_until = clock_timestamp() - interval '1 s'
        where queue_id = $1`,
      [run.runId],
    );
    const takeBack = () =>
      db.database.withOrg(run.orgId, async (sql) => {
        await lockRun(sql, run.runId);
        return reclaimLines(sql, run.runId, 3);
      });
    const results = await race(round, () => apply(batch), takeBack);
    const lost = codesOf(results).includes('lease_lost');
    const states = await statesOf(db, run);
    expect(states).toEqual(lost ? ['draft', 'draft'] : ['done', 'done']);
    const { rows } = await db.admin.query('select from customer where store_id = $1', [
      run.storeId,
    ]);
    expect(rows).toHaveLength(lost ? 0 : 2);
    outcomes.add(states.join());
  }
  expect(outcomes).toEqual(new Set(['draft,draft', 'done,done']));
});
