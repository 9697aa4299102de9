import { randomBytes } from 'node:crypto';
import {
  codeOf,
  createDatabase,
  ensureRuntimeLogin,
  ensureTenantLogin,
  migrate,
} from '@mantis-sync/db';
import { createTestDatabase } from '@mantis-sync/dev-postgres/testing';
import { createWooSim } from '@mantis-sync/woo-sim';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createApiClient } from '../support/api-client.ts';
import { startApi } from '../support/start-api.ts';
import { startWorker } from '../support/start-worker.ts';
import { storeInput } from '../support/store-input.ts';
import { until } from '../support/until.ts';
import { scrape } from '../observability/scrape.ts';
import { startApiProcess } from '../support/start-api-process.ts';

test('the product runs with a login that owns nothing, and cannot gain more rights (S9)', async () => {
  const db = await createTestDatabase();
  const name = `runtime_${randomBytes(4).toString('hex')}`;
  // The job runner's tables are installed by their owner, as `npx -y pnpm@12 run migrate` does.
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const installer = await startWorker({ databaseUrl: db.url, secretKeys });
  // If killed, it would count as alive for a while.
  await installer.stop();
  await db.admin.query(
    `create role ${name} login password 'runtime' nosuperuser nobypassrls
       in role mantis_app, mantis_system, mantis_retention, mantis_runtime`,
  );
  const url = new URL(db.url);
  url.username = name;
  url.password = 'runtime';
  const runtime = { ...db, url: url.href, database: createDatabase({ url: url.href }) };
  const sim = await createWooSim({ customers: 130, pretendHttps: true, guests: 0 });
  const api = await startApi(runtime, secretKeys);
  const worker = await startWorker({ databaseUrl: url.href, secretKeys, webhookUrl: api.url });
  onTestFinished(async () => {
    await worker.kill();
    await api.close();
    await sim.close();
    await runtime.database.close();
    await db.admin.query(`drop role ${name}`);
    await db.drop();
  });

  const app = createApiClient(api.url, api.appHeaders);
  const store = await app.store.connect.mutate(storeInput(sim));
  const { run } = await app.sync.start.mutate({ storeId: store.id });
  const done = (runId: string) =>
    until('a run that is done', async () => {
      const status = await app.sync.status.query({ runId });
      return status.state === 'done' && status;
    });
  expect(await done(run.runId)).toMatchObject({ counts: { done: 130 } });
  await until('webhooks', async () => sim.webhooks.all.length === 3);
  sim.customers.update(7, { first_name: 'Changed' });
  await sim.flushDeliveries();
  await until('the change', async () => {
    const { rows } = await db.admin.query('select first_name from customer where woo_id = 7');
    return rows[0]?.['first_name'] === 'Changed';
  });

  await expectSameMetrics({ db: runtime, secretKeys, api }, store.id);

  const client = new Client({ connectionString: url.href });
  await client.connect();
  const outcomeOf = (statement: string) =>
    client
      .query(`begin; ${statement}`)
      .then(
        (result) => (Array.isArray(result) ? (result.at(-1)?.rowCount ?? 0) : 0),
        (error: unknown) => codeOf(error),
      )
      .finally(() => client.query('rollback'));
  const owner = new URL(db.url).username;
  for (const [statement, expected] of [
    [`set local role ${owner}`, '42501'],
    ['alter table customer disable row level security', '42501'],
    ['drop policy own_organisation on customer', '42501'],
    ['set local row_security = off; select from customer', '42501'],
    ['select from customer', 0],
    ['reset role; select from customer', 0],
    ['truncate customer', '42501'],
    ['select from pg_authid', '42501'],
  ] as const) {
    expect([statement, await outcomeOf(statement)]).toEqual([statement, expected]);
  }
  await client.end();
});

/** Fleet metrics are read with this login, and are the same in every API, even concurrently. */
async function expectSameMetrics(
  world: Parameters<typeof startApiProcess>[0],
  storeId: string,
): Promise<void> {
  const apis = await Promise.all(
    [1, 2].map(() => startApiProcess(world, { env: { LOG_LEVEL: 'warn' } })),
  );
  const scrapes = await Promise.all([...apis, ...apis].map((one) => scrape(one.metricsUrl)));
  // Jobs, and the run of the webhooks, may start and end between two reads.
  const steady = /^mantis_(store_up|webhook_endpoints|workers_alive|runs_\w+\{.*kind="full")/;
  const toldBy = scrapes.map(({ text }) => text.split('\n').filter((line) => steady.test(line)));
  expect(toldBy[0]).toEqual(
    expect.arrayContaining([
      `mantis_store_up{store="${storeId}"} 1`,
      'mantis_runs_finished_last_hour{state="done",kind="full"} 1',
      'mantis_webhook_endpoints{state="active"} 1',
      'mantis_workers_alive 1',
    ]),
  );
  for (const metrics of toldBy) expect(metrics).toEqual(toldBy[0]);
  for (const { sum } of scrapes) expect(sum('mantis_database_up')).toBe(1);
}

test('the product runs with a login for tenant data only, and leaving its role gains nothing (P16)', async () => {
  const db = await createTestDatabase({ empty: true });
  await migrate({ url: db.url });
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const installer = await startWorker({ databaseUrl: db.url, secretKeys });
  await installer.stop();
  const [web, tenant] = [loginOf(db.url, 'web'), loginOf(db.url, 'tenant')];
  await ensureRuntimeLogin(db.adminUrl, web.url);
  await ensureTenantLogin(db.adminUrl, tenant.url);
  const runtime = { ...db, url: web.url, database: createDatabase({ url: tenant.url }) };
  const sim = await createWooSim({ customers: 60, pretendHttps: true, guests: 0 });
  const inProcess = await startApi(runtime, secretKeys);
  const env = { TENANT_DATABASE_URL: tenant.url };
  const api = await startApiProcess({ db: runtime, secretKeys, api: inProcess }, { env });
  const worker = await startWorker({
    databaseUrl: web.url,
    secretKeys,
    webhookUrl: api.url,
    env,
  });
  onTestFinished(async () => {
    await worker.kill();
    await api.kill();
    await inProcess.close();
    await sim.close();
    await runtime.database.close();
    for (const { name } of [web, tenant])
      await db.admin.query(`drop owned by ${name}; drop role ${name}`);
    await db.drop();
  });

  const { id: storeId } = await api.app.store.connect.mutate(storeInput(sim));
  const { run } = await api.app.sync.start.mutate({ storeId });
  await until('a run that is done', async () => {
    const { state } = await api.app.sync.status.query({ runId: run.runId });
    return state === 'done';
  });
  await until('webhooks', async () => sim.webhooks.all.length === 3);
  sim.customers.update(7, { first_name: 'Changed' });
  await sim.flushDeliveries();
  await until('the change', async () => {
    const { rows } = await db.admin.query('select first_name from customer where woo_id = 7');
    return rows[0]?.['first_name'] === 'Changed';
  });
  const { items } = await api.app.customer.search.query({ storeId, limit: 1 });
  expect(items).toHaveLength(1);

  const { rows: sessions } = await db.admin.query<{ login: string; count: number }>(
    `select usename as login, count(*)::int as count from pg_stat_activity
      where datname = current_database() and usename = any ($1) group by 1 order by 1`,
    [[web.name, tenant.name]],
  );
  expect(sessions.map(({ login }) => login)).toEqual([tenant.name, web.name]);
  for (const table of ['customer', 'woo_store', 'auth_user', 'graphile_worker._private_jobs']) {
    const left = runtime.database.withOrg(inProcess.orgId, async (sql) => {
      await sql.query(`select set_config('role', 'none', true)`);
      await sql.query(`select from ${table}`);
    });
    await expect(left).rejects.toMatchObject({ code: '42501' });
  }
});

/** A login that nobody else uses, and its address. */
function loginOf(databaseUrl: string, kind: string): { name: string; url: string } {
  const url = new URL(databaseUrl);
  url.username = `${kind}_${randomBytes(4).toString('hex')}`;
  url.password = randomBytes(16).toString('hex');
  return { name: url.username, url: url.href };
}
