import { expect, test } from 'vitest';
import { openWorld, type World } from '../../support/open-world.ts';
import { until } from '../../support/until.ts';
import { expectDoneThrough } from '../../support/expect-whole.ts';
import { openBehindProxy, startOwnServer } from '../../support/own-server.ts';

/** Slow enough that the fault occurs in the middle. */
const store = { customers: 797, latency: { bootMs: 150, perCustomerMs: 0 } };
const settings = { pagesAhead: 1, pageSize: 50 };

/** Terminates the sessions of the product once there are some. @returns their names */
const terminateSessions = (world: World): Promise<string[]> =>
  until('sessions of the product', async () => {
    const { rows } = await world.db.admin.query<{ name: string }>(
      `select application_name as name, pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and usename = 'mantis_sync'`,
    );
    return rows.length > 0 && rows.map(({ name }) => name);
  });

test('repeatedly terminated connections only cost time (F12)', async () => {
  const world = await openWorld(store);
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId, settings });
  const terminated = new Set<string>();
  for (let round = 0; round < 12; round++) {
    for (const name of await terminateSessions(world)) terminated.add(name);
  }
  expect([...terminated]).toEqual(expect.arrayContaining(['mantis-worker', 'mantis-jobs']));
  await expectDoneThrough(world, run.runId);
  expect(worker.isRunning()).toBe(true);
});

test('a server that crashes twenty times in the middle of a run (F14)', async () => {
  const { server, db } = await startOwnServer();
  const world = await openWorld({ ...store, db });
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId, settings });
  await world.untilRun(run.runId, 'a page', ({ discovery }) => discovery.pages >= 1);
  for (let crash = 0; crash < 20; crash++) {
    await until('a session of the worker', async () => {
      const { rows } = await db.admin
        .query(
          `select from pg_stat_activity where application_name in ('mantis-worker', 'mantis-jobs')`,
        )
        .catch(() => ({ rows: [] }));
      return rows.length > 0;
    });
    await server.restart('immediate');
  }
  await expectDoneThrough(world, run.runId);
  expect(worker.isRunning()).toBe(true);
});

test('during a database outage calls get 503 within two seconds; then everything continues (F15)', async () => {
  const { proxy, db } = await openBehindProxy();
  const world = await openWorld({ ...store, db });
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId, settings });
  await world.untilRun(run.runId, 'a page', ({ discovery }) => discovery.pages >= 1);
  proxy.mode = 'refuse';
  proxy.reset();
  for (let call = 0; call < 5; call++) {
    const answer = await fetch(
      `${world.api.url}/trpc/sync.status?input=${encodeURIComponent(JSON.stringify({ runId: run.runId }))}`,
      { headers: world.api.appHeaders, signal: AbortSignal.timeout(2_000) },
    );
    expect(answer.status).toBe(503);
    const ready = await fetch(`${world.api.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    expect(ready.status).toBe(503);
  }
  await worker.untilLogged('ECONNRESET');
  expect(worker.isRunning()).toBe(true);
  proxy.mode = 'pass';
  await expectDoneThrough(world, run.runId);
});

test('without a free connection calls get 503, nothing crashes, and everything continues (F16)', async () => {
  const world = await openWorld(store);
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId, settings });
  await world.untilRun(run.runId, 'a page', ({ discovery }) => discovery.pages >= 1);
  const name = new URL(world.db.url).pathname.slice(1);
  await world.db.admin.query(`alter database ${name} connection limit 0`);
  await terminateSessions(world);
  await expect(world.app.sync.status.query({ runId: run.runId })).rejects.toMatchObject({
    data: { httpStatus: 503 },
  });
  await worker.untilLogged('53300');
  expect(worker.isRunning()).toBe(true);
  await world.db.admin.query(`alter database ${name} connection limit -1`);
  await expectDoneThrough(world, run.runId);
});

test('a server that accepts no writes: 503, no attempts are consumed, and everything continues (F71)', async () => {
  const world = await openWorld(store);
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId, settings });
  await world.untilRun(run.runId, 'a batch that is done', ({ counts }) => counts.done > 0);
  const name = new URL(world.db.url).pathname.slice(1);
  await world.db.admin.query(`alter database ${name} set default_transaction_read_only = on`);
  await terminateSessions(world);
  await expect(
    world.app.sync.start.mutate({ storeId: world.storeId, idempotencyKey: 'one more' }),
  ).rejects.toMatchObject({ data: { httpStatus: 503 } });
  await worker.untilLogged('25006');
  await world.db.admin.query(`alter database ${name} reset default_transaction_read_only`);
  await terminateSessions(world);
  await expectDoneThrough(world, run.runId);
  expect(worker.isRunning()).toBe(true);
});

test('a temporarily full disk consumes no attempts (F71)', async () => {
  const world = await openWorld({ customers: 120 });
  await world.db.admin.query(`
    create function fill_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
    create trigger disk before insert on customer for each statement execute function fill_disk()`);
  const worker = await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId });
  await worker.untilLogged('53100');
  await world.db.admin.query('drop trigger disk on customer');
  await expectDoneThrough(world, run.runId);
  const { rows } = await world.db.admin.query(
    'select from woo_customer_sync_queue_line where attempts <> 1 or deaths <> 0',
  );
  expect(rows).toEqual([]);
});

test('serialization failures of the server are tried again, and cost no customer an attempt (F18)', async () => {
  const world = await openWorld({ customers: 120 });
  await world.db.admin.query(`
    create sequence failures;
    grant usage on sequence failures to public;
    create function fail_twice() returns trigger language plpgsql as $$
      begin
        if nextval('failures') % 3 <> 0 then
          raise exception 'could not serialize access' using errcode = 'serialization_failure';
        end if;
        return null;
      end $$;
    create trigger contention before insert on customer for each statement execute function fail_twice()`);
  await world.startWorker();
  const { run } = await world.app.sync.start.mutate({
    storeId: world.storeId,
    settings: { pageSize: 50 },
  });
  await expectDoneThrough(world, run.runId);
  const { rows } = await world.db.admin.query(
    'select from woo_customer_sync_queue_line where attempts <> 1 or deaths <> 0',
  );
  expect(rows).toEqual([]);
  const tried = await world.db.admin.query<{ times: number }>(
    'select last_value as times from failures',
  );
  expect(tried.rows[0]?.times).toBeGreaterThanOrEqual(9);
});
