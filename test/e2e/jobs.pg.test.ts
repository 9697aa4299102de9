import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase } from '@mantis-sync/dev-postgres/testing';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createApiClient } from '../support/api-client.ts';
import { startApi } from '../support/start-api.ts';
import { startWorker } from '../support/start-worker.ts';
import { until } from '../support/until.ts';

const blocks = async () => {
  const text = await readFile(join(import.meta.dirname, '../../docs/jobs.md'), 'utf8');
  return [...text.matchAll(/^```sql\n(.+?)^```/gms)].map(([, sql]) => sql ?? '');
};

test('another login starts, retries and ends runs by SQL; invalid jobs are reported once and removed', async () => {
  const db = await createTestDatabase();
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const api = await startApi(db, secretKeys);
  const { orgId } = api;
  const addStore = async (state: string) => {
    const { rows } = await db.admin.query<{ id: string }>(
      `insert into woo_store (org_id, name, url, consumer_key_cipher, consumer_secret_cipher,
                              cipher_key_id, key_hint)
       values ($1, 'Shop', 'https://' || gen_random_uuid() || '.example', '', '', 'k1', 'abcd')
       returning id`,
      [orgId],
    );
    if (state === 'paused')
      await db.admin.query(
        `update woo_store set state = 'paused', pause_code = 'by_hand', pause_reason = 'moving',
                paused_at = now() where id = $1`,
        [rows[0]!.id],
      );
    return rows[0]!.id;
  };
  const storeId = await addStore('active');
  const pausedId = await addStore('paused');
  const cronStoreId = await addStore('active');
  // A crontab whose last tick was missed: it runs immediately.
  await db.admin.query(
    `insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
     values ('each-minute', now() - interval '1 hour', now() - interval '5 minutes')`,
  );
  const worker = await startWorker({
    databaseUrl: db.url,
    secretKeys,
    env: {
      MANTIS_CRONTAB: `* * * * * sync_start ?id=each-minute&fill=10m {orgId: "${orgId}", storeId: "${cronStoreId}"}`,
    },
  });
  const login = `erp_${randomBytes(4).toString('hex')}`;
  const [addJob = '', grants = ''] = await blocks();
  await db.admin.query(`create role ${login} login password 'erp'`);
  // One by one, as psql does: together they would hold all tables of the job runner, and deadlock with a worker.
  for (const grant of grants
    .replaceAll(/\berp\b/g, login)
    .split(/;\s*/)
    .filter(Boolean))
    await db.admin.query(grant);
  const url = new URL(db.url);
  url.username = login;
  url.password = 'erp';
  const erp = new Client({ connectionString: url.href });
  await erp.connect();
  onTestFinished(async () => {
    await erp.end();
    await worker.kill();
    await api.close();
    await db.admin.query(`drop owned by ${login}`);
    await db.admin.query(`drop role ${login}`);
    await db.drop();
  });

  const example = addJob
    .replace(":'org_id'", erp.escapeLiteral(orgId))
    .replace(":'store_id'", erp.escapeLiteral(storeId));
  await erp.query(example);
  await erp.query(example);
  const add = async (task: string, payload: unknown) => {
    const { rows } = await erp.query<{ id: string }>(
      'select id from graphile_worker.add_job($1, $2::json, max_attempts => 25)',
      [task, JSON.stringify(payload)],
    );
    return rows[0]!.id;
  };
  const app = createApiClient(api.url, api.appHeaders);
  const newest = async () => (await app.sync.list.query({ storeId })).items;
  await until('a run by SQL', async () => (await newest()).length > 0);
  const runId = (await newest())[0]!.runId;
  await add('sync.force_done', { orgId, runId, reason: 'by SQL', requestedBy: 'ERP' });
  await until('a run that is over', async () => (await newest())[0]!.state === 'done');
  const runs = await newest();
  expect(runs).toHaveLength(1);
  expect(runs[0]!.startedBy).toMatchObject({ type: 'system', name: 'ERP' });
  expect(runs[0]!.idempotencyKey).toBe('import-1');

  const odd = randomUUID();
  const refused = {
    run: await add('sync.retry', { orgId, runId }),
    store: await add('sync.start', { orgId, storeId, kind: 'all', 'a\u0000b': 1 }),
    paused: await add('sync.start', { orgId, storeId: pausedId }),
    organisation: await add('sync.start', { orgId, storeId: odd }),
    discover: await add('sync.discover', { orgId, queue: odd }),
    nowhere: await add('sync.start', { orgId: odd, storeId }),
    nothing: await add('sync.start', null),
  };
  for (const id of Object.values(refused)) await worker.untilLogged(`"jobId":"${id}"`);
  await until('no job of these', async () => {
    const ids = Object.values(refused);
    const { rows } = await db.admin.query(
      'select from graphile_worker.jobs where id = any ($1::bigint[])',
      [ids],
    );
    return rows.length === 0;
  });
  // Not those of the crontab, whose next tick may come at any time.
  const { rows: reported } = await db.admin.query(
    `select job, code, store_id, queue_id, message from (
       select data->>'jobId' as job, data->>'code' as code, store_id, queue_id, message
         from woo_sync_activity where event = 'job.refused'
       union all
       select data->>'jobId', data->>'code', null, null, message
         from organization_activity where event = 'job.refused') entry
      where job = any ($1)`,
    [Object.values(refused)],
  );
  const entry = (job: string, code: string, store_id: string | null, queue_id: string | null) =>
    expect.objectContaining({ job, code, store_id, queue_id });
  expect(reported).toHaveLength(5);
  expect(reported).toEqual(
    expect.arrayContaining([
      entry(refused.run, 'already_over', storeId, runId),
      entry(refused.store, 'invalid_payload', storeId, null),
      entry(refused.paused, 'store_paused', pausedId, null),
      entry(refused.organisation, 'store_not_found', null, null),
      entry(refused.discover, 'invalid_payload', null, null),
    ]),
  );
  expect(reported.map(({ message }) => String(message)).join('\n')).toMatch(
    /kind: .*; does not take a field with an odd name/,
  );

  // The database drops the connection in the midst of a start: the job is tried again, and starts one run.
  const lateId = await addStore('active');
  const lock = await db.openSession();
  await lock.query('begin; lock table woo_customer_sync_queue in access exclusive mode');
  const late = await add('sync.start', { orgId, storeId: lateId });
  const failure = await until('a try that failed', async () => {
    await db.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    const { rows } = await db.admin.query<{ attempts: number; last_error: string | null }>(
      'select attempts, last_error from graphile_worker.jobs where id = $1::bigint',
      [late],
    );
    return rows[0]?.last_error != null && rows[0];
  });
  expect(failure.attempts).toBeGreaterThan(0);
  await lock.query('rollback');
  await lock.close();
  await db.admin.query(
    'select graphile_worker.reschedule_jobs(array[$1::bigint], run_at => now())',
    [late],
  );
  const started = () => app.sync.list.query({ storeId: lateId });
  await until('the run after the outage', async () => (await started()).items.length > 0);
  expect((await started()).items).toHaveLength(1);

  const byCron = await until(
    'a run by the crontab',
    async () => (await app.sync.list.query({ storeId: cronStoreId })).items[0],
  );
  expect(byCron.startedBy).toMatchObject({ type: 'cron', name: 'crontab' });
});
