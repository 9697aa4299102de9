import { createListener } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { appendActivity, appendAndNotify } from '../src/sql/activity.ts';
import { notifyRunChanged, RUN_CHANGED_CHANNEL, enqueueJob } from '../src/sql/jobs.ts';
import { expectSound } from './expect-sound.ts';
import { createOrg, createRun, type TestRun } from './factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ max: 20 });
});
afterAll(() => db.drop());
afterEach(() => expectSound(db.admin));

class Undone extends Error {}

/** Everything that `act` writes, and then nothing of it. */
const undone = (
  run: TestRun,
  act: (...args: Parameters<typeof notifyRunChanged>) => Promise<void>,
) =>
  expect(
    db.database.withOrg(run.orgId, async (sql) => {
      await act(sql, run.runId);
      throw new Undone();
    }),
  ).rejects.toBeInstanceOf(Undone);

test('I8: entries of many concurrent writers, some rolled back, are numbered without a gap', async () => {
  const runs = [await createRun(db), await createRun(db)];
  const writers = Array.from({ length: 60 }, (_, writer) => writer);
  const entries = (writer: number) =>
    Array.from({ length: 1 + (writer % 3) }, (_, part) => ({
      event: 'test.written',
      message: `${writer}.${part}`,
    }));
  await Promise.all(
    writers.map((writer) => {
      const run = runs[writer % 2]!;
      if (writer % 5 === 0)
        return undone(run, (sql, id) => appendActivity(sql, id, entries(writer)));
      return db.database.withOrg(run.orgId, (sql) =>
        appendActivity(sql, run.runId, entries(writer)),
      );
    }),
  );
  for (const [index, { runId }] of runs.entries()) {
    const { rows } = await db.admin.query<{ seq: number; message: string }>(
      'select seq, message from woo_sync_activity where queue_id = $1 order by seq',
      [runId],
    );
    const kept = writers.filter((writer) => writer % 2 === index && writer % 5 !== 0);
    const messages = kept.flatMap((writer) => entries(writer).map(({ message }) => message));
    expect(rows.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
    expect(rows.map(({ message }) => message).toSorted()).toEqual(messages.toSorted());
    // Entries written together stay together, in order.
    const text = rows.map(({ message }) => message).join(' ');
    for (const writer of kept)
      expect(text).toContain(
        entries(writer)
          .map(({ message }) => message)
          .join(' '),
      );
  }
});

test('I8: an entry is never changed', async () => {
  const run = await createRun(db);
  await db.database.withOrg(run.orgId, (sql) =>
    appendActivity(sql, run.runId, [{ event: 'test.written', message: 'As it was.' }]),
  );
  await expect(
    db.admin.query('update woo_sync_activity set message = $1', ['Otherwise.']),
  ).rejects.toMatchObject({ code: '42501' });
});

describe('jobs and notifications belong to their transaction (F5)', () => {
  const jobsOf = async ({ runId }: TestRun) => {
    const { rows } = await db.admin.query<{ key: string }>(
      `select key from graphile_worker._private_jobs where key like '%' || $1 || '%' order by key`,
      [runId],
    );
    return rows.map(({ key }) => key);
  };

  test('rolled back, there is no job; committed, there is one, however often it was enqueued', async () => {
    const run = await createRun(db);
    await undone(run, (sql, id) => enqueueJob(sql, 'sync.process', id));
    expect(await jobsOf(run)).toEqual([]);
    for (let time = 0; time < 3; time++)
      await db.database.withOrg(run.orgId, (sql) => enqueueJob(sql, 'sync.process', run.runId));
    expect(await jobsOf(run)).toEqual([`sync.process:${run.orgId}:${run.runId}`]);
  });

  test('a job that is due later does not delay a due one', async () => {
    const run = await createRun(db);
    await db.database.withOrg(run.orgId, async (sql) => {
      await enqueueJob(sql, 'sync.process', run.runId);
      await enqueueJob(sql, 'sync.process', run.runId, 60_000);
    });
    const { rows } = await db.admin.query<{ key: string; due: boolean }>(
      `select key, run_at <= now() as due from graphile_worker._private_jobs
        where key like '%' || $1 || '%' order by key`,
      [run.runId],
    );
    expect(rows).toEqual([
      { key: `sync.process:${run.orgId}:${run.runId}`, due: true },
      { key: `sync.process:${run.orgId}:${run.runId}:later`, due: false },
    ]);
  });

  test('after a rollback nothing is sent; after a commit subscribers get one notification with ids and revision only', async () => {
    const heard: string[] = [];
    const last = Promise.withResolvers<void>();
    const run = await createRun(db);
    const end = await createRun(db);
    const listener = createListener({
      url: db.url,
      channel: RUN_CHANGED_CHANNEL,
      onReconnect: () => undefined,
      onNotification: (payload) =>
        payload.includes(end.runId) ? last.resolve() : heard.push(payload),
    });
    onTestFinished(() => listener.close());
    await listener.ready;
    await undone(run, notifyRunChanged);
    // I7: nor of a run that is another organisation's.
    await db.database.withOrg(await createOrg(db), (sql) => notifyRunChanged(sql, run.runId));
    await db.database.withOrg(run.orgId, async (sql) => {
      await notifyRunChanged(sql, run.runId);
      await notifyRunChanged(sql, run.runId);
    });
    await db.database.withOrg(run.orgId, (sql) =>
      appendAndNotify(sql, run.runId, [{ event: 'test', message: 'Test.' }], 1),
    );
    // Notifications come in the order of their commits.
    await db.database.withOrg(end.orgId, (sql) => notifyRunChanged(sql, end.runId));
    await last.promise;
    expect(heard.map((payload) => JSON.parse(payload) as unknown)).toEqual([
      { org: run.orgId, store: run.storeId, queue: run.runId, revision: 1 },
      { org: run.orgId, store: run.storeId, queue: run.runId, revision: 2 },
    ]);
  });
});
