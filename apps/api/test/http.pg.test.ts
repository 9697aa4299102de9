import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, query } from '../../../test/support/call.ts';
import { portOf } from '../../../test/support/free-port.ts';
import { signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
let webDir: string;
beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'mantis-web-'));
  await writeFile(
    join(webDir, 'index.html'),
    '<!doctype html><title>Mantis Sync</title><script>go()</script><style>p{}</style>',
  );
  await mkdir(join(webDir, 'assets'));
  await writeFile(join(webDir, 'assets', 'main-1a2b.js'), 'export {};');
  await writeFile(join(webDir, 'assets', 'main-1a2b.js.br'), brotliCompressSync('export {};'));
  api = await startTestApi({ webDir });
  ada = await signInMember(api);
});
afterAll(async () => {
  await api.close();
  await rm(webDir, { recursive: true });
});

const get = (path: string, accept = 'application/json') =>
  fetch(`${api.url}${path}`, { headers: { accept } });

test('a running process is healthy and, with its database, ready', async () => {
  expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
  const ready = await get('/readyz');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({
    status: 'degraded',
    lacking: ['worker'],
    database: 'ok',
    migrations: 'current',
    worker: { isAlive: false, ageSeconds: null },
    listener: 'listening',
  });
});

test('a worker with a heartbeat makes it ready; one without is named, with its age', async () => {
  const beat = (age: string) =>
    api.db.admin.query(
      `insert into sync_worker (id, host, version, heartbeat_at)
       values ('w', 'h', '0', clock_timestamp() - $1::interval)
       on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`,
      [age],
    );
  await beat('1 second');
  expect(await (await get('/readyz')).json()).toMatchObject({
    status: 'ready',
    lacking: [],
    worker: { isAlive: true },
  });
  await beat('1 hour');
  const ready = await get('/readyz');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    status: 'degraded',
    lacking: ['worker'],
    worker: { isAlive: false, ageSeconds: 3600 },
  });
  await api.db.admin.query('delete from sync_worker');
});

test('the state of the migrations is cached: checks need no connection', async () => {
  const patient = await startTestApi({ migrationsCacheMs: 3_600_000 });
  const ask = async () => (await fetch(`${patient.url}/readyz`)).json();
  expect(await ask()).toMatchObject({ migrations: 'current' });
  await patient.db.admin.query('alter table _prisma_migrations rename to hidden');
  expect(await ask()).toMatchObject({ database: 'ok', migrations: 'current' });
  await patient.close();
});

test('a database that lacks a migration is not ready', async () => {
  const { rows } = await api.db.admin.query(
    `delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)
     returning *`,
  );
  const ready = await get('/readyz');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ status: 'not ready', migrations: 'behind' });
  await api.db.admin.query(
    'insert into _prisma_migrations select * from json_populate_record(null::_prisma_migrations, $1)',
    [JSON.stringify(rows[0])],
  );
});

test('with the migrations of a later version it keeps serving during the rollout', async () => {
  await api.db.admin.query(
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at)
     values ('later', 'later', '99990101000000_later', now())`,
  );
  const ready = await get('/readyz');
  expect([ready.status, await ready.json()]).toMatchObject([200, { migrations: 'ahead' }]);
  await api.db.admin.query(`delete from _prisma_migrations where id = 'later'`);
});

test('closing waits for a running request, and for no other connection', async () => {
  const closing = await startTestApi();
  const { server } = closing.api.app;
  async function send(bytes: string, arrived: 'connection' | 'request') {
    const arrival = once(server, arrived);
    const socket = connect(portOf(server), '127.0.0.1').resume();
    socket.write(bytes);
    await arrival;
    return socket;
  }
  const whole = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';
  const others = [
    await send('', 'connection'),
    await send(whole.slice(0, 12), 'connection'),
    await send(whole, 'request'),
    await send(whole + whole.slice(0, 12), 'request'),
  ];
  const running = await send(
    'POST /trpc/none HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{',
    'request',
  );

  const closed = closing.close();
  await Promise.all(others.map((socket) => once(socket, 'close')));
  running.write('}');
  expect(await text(running)).toMatch(/^HTTP\/1.1 404 /);
  await closed;
});

test('the dashboard is served to browsers, and every page of it', async () => {
  for (const path of ['/', '/runs/123?tab=lines']) {
    const page = await get(path, 'text/html');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Mantis Sync</title>');
    expect(page.headers.get('cache-control')).toBe('no-cache');
  }
  const asset = await fetch(`${api.url}/assets/main-1a2b.js`, {
    headers: { 'accept-encoding': 'br' },
  });
  expect(asset.headers.get('cache-control')).toContain('immutable');
  expect(asset.headers.get('content-encoding')).toBe('br');
  expect(asset.headers.get('content-type')).toContain('javascript');
  expect(await asset.text()).toBe('export {};');
});

test('unknown addresses of the API are not pages', async () => {
  for (const path of ['/api/unknown', '/trpc/unknown', '/unknown']) {
    const answer = await get(path, path === '/unknown' ? 'application/json' : 'text/html');
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('<title>');
  }
});

test('pages load only from our origin and run only built-in inline code (S29)', async () => {
  const { headers } = await get('/', 'text/html');
  const policy = headers.get('content-security-policy') ?? '';
  const hashOf = (code: string) => createHash('sha256').update(code).digest('base64');
  expect(policy).toContain(`script-src 'self' 'sha256-${hashOf('go()')}';`);
  expect(policy).toContain(`style-src 'self' 'sha256-${hashOf('p{}')}';`);
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('responses are not cached and contain the request id (S40)', async () => {
  const { headers, body } = await query(api, 'account.me', undefined, {});
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).toBe(body.error.data.requestId);
});

const start = (headers: object) =>
  mutate(api, 'sync.start', { storeId: crypto.randomUUID() }, { cookie: ada.cookie, ...headers });

test('another site’s page cannot change anything, although the browser sends the cookie (S31)', async () => {
  const forged = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ];
  for (const headers of forged) {
    const { status, body } = await start(headers);
    expect(status).toBe(403);
    expect(body.error.data.code).toBe('cross_site');
  }
  for (const headers of [{}, { origin: api.publicUrl }, { 'sec-fetch-site': 'same-origin' }]) {
    expect((await start(headers)).status).not.toBe(403);
  }
});

test('a change is a POST of JSON (S31)', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ]) {
    expect((await start({ 'content-type': type })).status).toBe(415);
  }
  const read = await query(
    api,
    'sync.start',
    { storeId: crypto.randomUUID() },
    { cookie: ada.cookie },
  );
  expect(read.status).toBe(405);
  const broken = await fetch(`${api.url}/trpc/sync.start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: ada.cookie },
    body: '{"storeId": secret-token',
  });
  expect(broken.status).toBe(400);
  expect(await broken.text()).not.toContain('secret-token');
});

test('a body over 1 MB and a batch over ten calls are refused (S28)', async () => {
  const large = await mutate(api, 'sync.start', 'x'.repeat(1_100_000), { cookie: ada.cookie });
  expect(large.status).toBe(413);
  const calls = Array.from({ length: 11 }, () => 'account.me').join(',');
  expect((await get(`/trpc/${calls}?batch=1&input={}`)).status).toBe(400);
});
