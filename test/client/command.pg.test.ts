import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWorld } from '../support/open-world.ts';
import { startApiProcess } from '../support/start-api-process.ts';
import { CLI, envOf, runCommand, startCommand } from '../support/run-command.ts';
import { portOf } from '../support/free-port.ts';

/** What a line of JSON may hold. */
interface Printed {
  type?: string;
  seq?: number;
  run?: { runId: string };
}

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line): Printed => JSON.parse(line));

test('each command does its work, and its exit code and JSON say how it went', async () => {
  const sealingKeys = ['k1', 'k2'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
  const world = await openWorld({ customers: 120, secretKeys: sealingKeys.join(',') });
  const { api, app, storeId, sim, db } = world;
  const env = envOf(api);
  const mantis = (...args: string[]) => runCommand(CLI, args, env);
  await app.store.update.mutate({ storeId, settings: { maxRetries: 0, maxRounds: 1 } });

  const [stores, storesJson] = await Promise.all([mantis('stores'), mantis('stores', '--json')]);
  expect(stores).toMatchObject({ code: 0, stderr: '' });
  expect(stores.stdout).toMatch(new RegExp(`^ID +NAME .*\n${storeId} +Shop +active`));
  expect(JSON.parse(storesJson.stdout)).toMatchObject([{ id: storeId, name: 'Shop' }]);

  // A run without failures, over lines of JSON; then one with a customer that cannot be stored.
  const first = ['start', 'shop', '--watch', '--json', '--idempotency-key', 'one'];
  const watching = startCommand(CLI, first, env);
  await watching.untilSaid('"started"');
  await world.startWorker();
  const clean = await watching.ended;
  expect(clean).toMatchObject({ code: 0, stderr: '' });
  const [started, ...progress] = linesOf(clean.stdout);
  expect(started).toMatchObject({ type: 'started', created: true, run: { storeId } });
  expect(progress.length).toBeGreaterThan(0);
  expect(new Set(progress.map(({ type }) => type))).toEqual(new Set(['progress']));
  expect(progress.at(-1)).toMatchObject({ run: { state: 'done', counts: { done: 120 } } });
  const runId = started?.run?.runId ?? '';
  const again = await mantis('start', storeId, '--json', '--idempotency-key', 'one');
  expect(JSON.parse(again.stdout)).toMatchObject({ created: false, run: { runId } });

  const [status, statusJson, log, followed] = await Promise.all([
    mantis('status', runId),
    mantis('status', runId, '--json'),
    mantis('activity', 'shop'),
    mantis('activity', runId, '--follow', '--json'),
  ]);
  expect(status).toMatchObject({ code: 0, stderr: '' });
  expect(status.stdout).toContain('120 done, 0 failed');
  expect(status.stdout).toMatch(/^started +\d{1,2} \w{3} \d{4}, [\d:]{8} \(.* ago\)$/m);
  expect(status.stdout).toContain(`${api.url}/runs/${runId}`);
  expect(JSON.parse(statusJson.stdout)).toMatchObject({ runId, state: 'done' });
  expect(log.stdout).toContain('run.started');
  const { activitySeq }: { activitySeq: number } = JSON.parse(statusJson.stdout);
  expect(linesOf(followed.stdout).map(({ seq }) => seq)).toEqual(
    Array.from({ length: activitySeq }, (_, at) => at + 1),
  );
  expect(followed.code).toBe(0);

  sim.faults.add({ fault: { kind: 'patch-row', ids: [3], remove: ['email', 'username'] } });
  const faulty = await mantis('start', 'shop', '--watch');
  expect(faulty.code).toBe(4);
  expect(faulty.stdout).toContain('decision needed');
  expect(faulty.stdout).not.toContain('\x1b');
  const second = /^run ([0-9a-f-]{36})$/m.exec(faulty.stdout)?.[1] ?? '';
  const refused = await mantis('retry', second, '--json');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(JSON.parse(refused.stderr)).toMatchObject({
    error: { code: 'override_required', status: 409, advice: expect.stringMatching(/override/) },
  });
  sim.faults.clear();
  const retried = await mantis('retry', second, '--override', '--watch');
  expect(retried.code).toBe(0);
  expect(retried.stdout).toContain('120 done, 0 failed');

  // An ended run gives exit code 3 if no decision is needed.
  await app.store.update.mutate({ storeId, settings: { maxRetries: 0, maxRounds: 3 } });
  sim.faults.add({ fault: { kind: 'patch-row', ids: [3], remove: ['email', 'username'] } });
  const partial = await mantis('start', 'shop', '--kind', 'full', '--watch');
  expect(partial.code).toBe(3);
  const third = /^run ([0-9a-f-]{36})$/m.exec(partial.stdout)?.[1] ?? '';
  const ended = await mantis('force-done', third, '--reason', 'it is fixed by hand', '--json');
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({ cancelledLines: 1, run: { state: 'done' } });
  sim.faults.clear();

  const listed = await mantis('runs', 'list', '--store', 'shop', '--state', 'done');
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toMatch(
    new RegExp(`^ID +STORE .*\\n${third} +Shop +full +done +119/120 .* (s|min) ago`),
  );
  const runs: object[] = JSON.parse((await mantis('runs', '--limit', '1', '--json')).stdout);
  expect(runs).toMatchObject([{ runId: third }]);

  // A key with the scope operate pauses and resumes a store.
  const paused = await mantis('pause', 'shop', '--reason', 'stocktaking');
  expect(paused).toMatchObject({ code: 0, stdout: 'Shop is paused.\n' });
  const resumed = await mantis('resume', 'shop', '--json');
  expect(JSON.parse(resumed.stdout)).toMatchObject({ id: storeId, state: 'active' });

  const me = await mantis('whoami');
  expect(me.stdout).toMatch(new RegExp(`^organisation id +${world.orgId}$`, 'm'));
  const opened = await mantis('open', 'shop');
  expect(opened).toMatchObject({ code: 0, stdout: `${api.url}/runs/${third}\n` });

  const well = await mantis('diagnose', 'Shop');
  expect(well).toMatchObject({ code: 0, stderr: '' });
  expect(well.stdout).toContain('The store can be synced.');
  sim.faults.add({ fault: { kind: 'status', status: 401 } });
  // By its previous name.
  const unhealthy = await mantis('doctor', 'Shop', '--json');
  sim.faults.clear();
  expect(unhealthy.code).toBe(4);
  expect(JSON.parse(unhealthy.stdout)).toMatchObject({
    isHealthy: false,
    findings: expect.arrayContaining([
      expect.objectContaining({ level: 'problem', fix: expect.any(String) }),
    ]),
  });

  const current = await mantis('rotate-keys', '--json');
  expect(current.code).toBe(0);
  expect(JSON.parse(current.stdout)).toMatchObject({ stores: 1, resealed: 0, unreadable: 0 });
  await db.admin.query(`update woo_store set cipher_key_id = 'k7' where id = $1`, [storeId]);
  const unreadable = await mantis('rotate-keys');
  expect(unreadable.code).toBe(4);
  expect(unreadable.stdout).toContain('1 cannot be decrypted with any key of the server');
  await db.admin.query(`update woo_store set cipher_key_id = 'k1' where id = $1`, [storeId]);
});

test('export writes matching customers as CSV, and a file only once it is complete', async () => {
  const { api, app, storeId, startWorker, untilRun, sim } = await openWorld({ customers: 40 });
  await startWorker();
  const { run } = await app.sync.start.mutate({ storeId });
  await untilRun(run.runId, 'the end of the run', ({ state }) => state === 'done');
  const env = envOf(api);
  const mantis = (...args: string[]) => runCommand(CLI, ['export', ...args], env);
  const folder = await mkdtemp(join(tmpdir(), 'mantis-export-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'customers.csv');
  await writeFile(file, 'yesterday');

  const third = sim.customers.ids('all')[2];
  const [all, toFile, one, none, marked] = await Promise.all([
    mantis('--store', 'shop'),
    mantis('-o', file, '--json'),
    mantis('-q', `#${third}`, '--store', storeId),
    mantis('--status', 'deleted'),
    mantis('--format', 'spreadsheet', '--status', 'deleted'),
  ]);
  const [header = '', ...rows] = all.stdout.split('\r\n').slice(0, -1);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(header).toMatch(/^store,store_id,woo_id,email,/);
  expect(rows.map((row) => Number(row.split(',')[2]))).toEqual([...sim.customers.ids('all')]);
  expect(await readFile(file, 'utf8')).toBe(all.stdout);
  expect(JSON.parse(toFile.stdout)).toEqual({ file, bytes: Buffer.byteLength(all.stdout) });
  expect(one.stdout).toBe(`${header}\r\n${rows[2]}\r\n`);
  expect(none.stdout).toBe(`${header}\r\n`);
  expect(marked.stdout).toBe(`\uFEFF${header}\r\n`);
  const country = rows.map((row) => /,customer,.*,([A-Z]{2}),true,/.exec(row)?.[1]).find(Boolean);
  const fits = new RegExp(`,customer,.*,${country},true,`);
  const payers = await mantis('--paying', 'true', '--role', 'customer', '--country', `${country}`);
  expect(payers.stdout).toBe([header, ...rows.filter((row) => fits.test(row)), ''].join('\r\n'));

  // An API that crashes in the middle leaves the previous state, and nothing else.
  const dying = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' });
    response.write('store,store_id\r\n', () => response.destroy());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void dying.close());
  await new Promise((resolve) => dying.once('listening', resolve));
  const port = portOf(dying);
  const broken = await runCommand(CLI, ['export', '-o', file], {
    ...env,
    MANTIS_URL: `http://127.0.0.1:${port}`,
  });
  expect(broken).toMatchObject({ code: 5, stdout: '' });
  expect(broken.stderr).toContain('was interrupted');
  expect(await readFile(file, 'utf8')).toBe(all.stdout);
  expect(await readdir(folder)).toEqual(['customers.csv']);
});

test('encryption with a new key replaces the old one, for the calling organisation', async () => {
  const [k1, k2] = ['k1', 'k2'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
  const world = await openWorld({ customers: 1, secretKeys: `${k1}` });
  // Its key is unavailable; it is not counted.
  await world.db.admin.query(
    `with theirs as (
       insert into organization (name, slug) values ('Theirs', 'theirs') returning id)
     insert into woo_store
       (org_id, name, url, consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint)
     select id, 'Theirs', 'https://theirs.example', '', '', 'k9', 'abcd' from theirs`,
  );
  const { port } = await startApiProcess({ ...world, secretKeys: `${k2},${k1}` });
  const env = { ...envOf(world.api), MANTIS_URL: `http://127.0.0.1:${port}` };
  const rotated = await runCommand(CLI, ['rotate-keys', '--json'], env);
  expect(rotated.code).toBe(0);
  expect(JSON.parse(rotated.stdout)).toEqual({
    stores: 1,
    resealed: 1,
    current: 0,
    unreadable: 0,
    contended: 0,
  });
  const { rows } = await world.db.admin.query<{ id: string }>(
    'select cipher_key_id as id from woo_store',
  );
  expect(rows.map(({ id }) => id).toSorted()).toEqual(['k2', 'k9']);
  // The organisation's log says who did it; it contains counts, and no key.
  const [entry] = await world.person.member.log.query({});
  expect(entry).toMatchObject({
    event: 'store.keys_resealed',
    message: 'Re-encrypted store keys: 1 re-encrypted, 0 already current.',
    actor: { type: 'api_key' },
  });
});

test('the end of watching does not stop the run, and the exit code reports errors', async () => {
  const { api, app, storeId, orgId, db } = await openWorld({ customers: 3 });
  const env = envOf(api);
  await db.admin.query(
    `insert into woo_store
       (org_id, name, url, consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint)
     values ($1, 'New', 'https://new.example', '', '', 'k1', 'abcd')`,
    [orgId],
  );
  // No worker: it never progresses.
  const watching = startCommand(CLI, ['start', 'Shop', '--watch'], env);
  await watching.untilSaid('%');
  watching.interrupt();
  const { code, stdout, stderr } = await watching.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('The run continues');
  const runId = /^run ([0-9a-f-]{36})$/m.exec(stdout)?.[1] ?? '';
  expect(await app.sync.status.query({ runId })).toMatchObject({ state: 'draft' });
  await app.store.pause.mutate({ storeId, reason: 'moving house' });

  const cases: [args: string[], code: number, said: string, env?: Record<string, string>][] = [
    [['start'], 2, "Missing required argument 'store'"],
    [['start', 'a', 'b'], 2, 'More: mantis-sync start --help'],
    [['begin'], 2, "Unknown command 'begin'"],
    [['statr'], 2, 'Did you mean start?'],
    [['stores'], 2, 'must begin with https://', { ...env, MANTIS_URL: 'localhost:4400' }],
    [['start', 'Shop', '--kind', 'all'], 2, 'Allowed choices are full, delta, reconcile.'],
    [['start', 'Shop', '--unheard'], 2, '--unheard'],
    [['status', 'None'], 1, 'This store does not exist'],
    [['status', 'New'], 1, 'The store has no run yet'],
    [['force-done', runId], 2, '--reason'],
    [['pause', 'Shop'], 2, '--reason'],
    [['runs', '--limit', '0'], 1, 'limit'],
    [['retry', 'Shop'], 4, 'The store is paused: moving house'],
    [['export', '--json'], 2, '-o'],
    [['export', '--status', 'dead'], 2, 'Allowed choices are active, deleted, all.'],
    [['export', '--store', 'None'], 1, `Shop (${storeId})`],
    [['export', '--query', 'x'.repeat(201)], 1, '  q: '],
    [['export', '-o', '/nowhere/to/be.csv'], 2, '/nowhere/to/be.csv cannot be written (ENOENT)'],
    [['stores'], 2, 'MANTIS_API_KEY', { MANTIS_URL: api.url }],
    [['start', 'None'], 1, `Shop (${storeId})`],
    [['status', randomUUID()], 1, 'This run does not exist'],
    [['retry', runId], 4, 'The store is paused: moving house'],
    [
      ['stores'],
      5,
      'Check MANTIS_API_KEY, or create a key in the dashboard under Settings.',
      { ...env, MANTIS_API_KEY: 'wrong' },
    ],
    [['stores'], 5, 'is not reachable', { ...env, MANTIS_URL: 'http://127.0.0.1:1' }],
  ];
  await Promise.all(
    cases.map(async ([args, expected, said, other]) => {
      const ended = await runCommand(CLI, args, other ?? env);
      expect({ args, ...ended }).toMatchObject({ args, code: expected, stdout: '' });
      expect(ended.stderr).toContain(said);
      expect(ended.stderr).not.toMatch(/\n\s+at /);
    }),
  );
});

test('help and version need no key', async () => {
  const calls = [['--help'], ['help'], [], ['export', '-h'], ['help', 'runs']];
  const ended = await Promise.all(calls.map((args) => runCommand(CLI, args, {})));
  for (const each of ended) expect(each).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await runCommand(CLI, ['export', '-h'], {});
  for (const flag of ['-o, --output <file>', 'MANTIS_API_KEY']) expect(stdout).toContain(flag);
  expect((await runCommand(CLI, ['--version'], {})).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
