import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { sweepRetention } from '../../packages/sync-core/src/worker/sweep-retention.ts';
import { parseKeyring } from '@mantis-sync/sync-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnv } from '../../apps/api/src/env.ts';
import { mutate } from '../support/call.ts';
import { openStream } from '../support/open-stream.ts';
import { createKey, openSignInLink, signInMember } from '../support/sign-in.ts';
import { startTestApi, type TestApi } from '../support/start-test-api.ts';
import { until } from '../support/until.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test('concurrent readiness checks need one connection, even while the database hangs (P5)', async () => {
  const session = await api.db.openSession();
  await session.query('begin; lock table _prisma_migrations');
  const connections = async () => {
    const { rows } = await api.db.admin.query<{ count: number }>(
      `select count(*) as count from pg_stat_activity
        where datname = current_database() and application_name = 'mantis-migrate'`,
    );
    return rows[0]?.count;
  };
  const ask = () =>
    Promise.all(Array.from({ length: 100 }, async () => (await fetch(`${api.url}/readyz`)).status));
  const first = ask();
  await until('the check', async () => (await connections()) === 1);
  expect(new Set(await first)).toEqual(new Set([503]));
  // A failure is cached for a second, which may pass on a slow machine.
  expect(new Set(await ask())).toEqual(new Set([503]));
  expect(await connections()).toBeLessThanOrEqual(3);
  await session.close();
  await until('an answer', async () => (await fetch(`${api.url}/readyz`)).status === 200);
});

test('a key has at most fifty open streams, and a closed one frees its slot (P14)', async () => {
  const key = await createKey(api, await signInMember(api), { scope: 'read' });
  const open = () => openStream(api, {}, { 'x-api-key': key });
  const streams = await Promise.all(Array.from({ length: 53 }, open));
  const events = await Promise.all(streams.map((stream) => stream.next()));
  const refused = events.filter((event) => event?.data.data?.code === 'too_many_streams');
  expect(refused).toHaveLength(3);
  expect(events.filter((event) => event?.data.type === 'runs')).toHaveLength(50);
  for (const stream of streams) stream.close();
  await until('a place', async () => {
    const stream = await open();
    const event = await stream.next();
    stream.close();
    return event?.data.type === 'runs';
  });
});

test('an incomplete request body is rejected (P15)', async () => {
  const hasty = await startTestApi({ requestTimeoutMs: 200 });
  try {
    const { hostname, port } = new URL(hasty.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /trpc/account.me HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expectOurHeaders(answer.toLowerCase());
  } finally {
    await hasty.close();
  }
});

test.each([
  '/trpc/%E0%A4%A',
  `/runs/${'x'.repeat(3_000)}/%`,
  `/webhooks/woocommerce/${'x'.repeat(2_500)}`,
])('what Fastify itself answers carries our headers and a request id (%#) (P18)', async (path) => {
  const { hostname, port } = new URL(api.url);
  const { head, body } = await new Promise<{ head: string; body: string }>((resolve, reject) => {
    request({ hostname, port, path, method: 'GET' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const lines = Object.entries(response.headers).map(
          ([name, value]) => `${name}: ${String(value)}`,
        );
        resolve({ head: lines.join('\n'), body: text });
      });
    })
      .on('error', reject)
      .end();
  });
  expectOurHeaders(head.toLowerCase());
  expect(body).not.toContain(path.slice(0, 40));
});

test('so does the answer to what is no HTTP (P18)', async () => {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  socket.end('NONSENSE\r\n\r\n');
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    socket.on('close', () => resolve(text)).on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expectOurHeaders(answer.toLowerCase());
});

test.each<[string, number, string, RequestInit]>([
  ['an address that does not exist', 404, '/api/v1/nowhere', {}],
  ['a method that nobody needs', 405, '/trpc/account.me', { method: 'PUT' }],
  [
    'a body that is too large',
    413,
    '/trpc/store.probe',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(1_100_000),
    },
  ],
  [
    'a body of another kind',
    415,
    '/trpc/store.probe',
    { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<x/>' },
  ],
])('so does the answer to %s (P18)', async (_what, status, path, init) => {
  const answer = await fetch(`${api.url}${path}`, init);
  const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  expect(answer.status).toBe(status);
  expectOurHeaders(head.toLowerCase());
});

function expectOurHeaders(head: string): void {
  expect(head).toContain("content-security-policy: default-src 'none'");
  expect(head).toContain('x-content-type-options: nosniff');
  expect(head).toContain('cache-control: no-store');
  expect(head).toMatch(/x-request-id: [0-9a-f-]{36}/);
}

test('connection tests are limited per minute (P20)', async () => {
  const limited = await startTestApi({ callLimits: { trial: 5 } });
  try {
    const { cookie } = await signInMember(limited);
    const statuses: number[] = [];
    for (let n = 0; n < 15; n++) {
      const input = { url: 'https://127.0.0.1:1' };
      statuses.push((await mutate(limited, 'store.probe', input, { cookie })).status);
    }
    // A new minute may begin in between.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(5);
  } finally {
    await limited.close();
  }
});

test('every way to make us send requests to a chosen address has the same limit (P20)', async () => {
  const limited = await startTestApi({ callLimits: { trial: 1 } });
  try {
    const { cookie } = await signInMember(limited);
    const storeId = randomUUID();
    const keys = { consumerKey: 'ck_1', consumerSecret: 'cs_1' };
    const ways: [string, object][] = [
      ['store.probe', { url: 'https://127.0.0.1:1' }],
      ['store.tryConnection', { url: 'https://127.0.0.1:1', ...keys }],
      ['store.connect', { name: 'Shop', url: 'https://127.0.0.1:1', ...keys }],
      ['store.beginAuthorization', { name: 'Shop', url: 'https://127.0.0.1:1', scope: 'read' }],
      ['store.repeatAuthorization', { authorizationId: randomUUID() }],
      ['store.update', { storeId, ...keys }],
      ['store.diagnose', { storeId }],
      ['notification.testChannel', { channelId: randomUUID() }],
    ];
    for (const [path, input] of ways) {
      // A new minute may begin between two calls, but not twice within four.
      const statuses: number[] = [];
      for (let n = 0; n < 4; n++)
        statuses.push((await mutate(limited, path, input, { cookie })).status);
      expect([path, statuses.includes(429)]).toEqual([path, true]);
    }
  } finally {
    await limited.close();
  }
});

test('secrets that are not random are rejected in production (P20)', () => {
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgresql://mantis@127.0.0.1/mantis',
    MANTIS_SECRET_KEYS: 'k1:key',
  };
  expect(() => readEnv({ ...env, AUTH_SECRET: 'a'.repeat(64) })).toThrow(/AUTH_SECRET: too few/);
  expect(() => readEnv({ ...env, AUTH_SECRET: '0123456789abcdef'.repeat(2) })).not.toThrow();
  const zeros = `k1:${Buffer.alloc(32).toString('base64')}`;
  expect(() => parseKeyring(zeros, { refuseWeak: true })).toThrow(/not random/);
});

test('expired sign-in data is deleted (P20)', async () => {
  const ada = await signInMember(api);
  const mine = await openSignInLink(api, ada.email);
  expect(mine).not.toBe('');
  await api.prisma.session.updateMany({
    where: { user: { email: ada.email } },
    data: { expiresAt: new Date(0) },
  });
  const kept = await signInMember(api);
  await api.prisma.verification.create({
    data: { identifier: randomUUID(), value: 'x', expiresAt: new Date(0) },
  });
  await api.prisma.rateLimit.create({ data: { key: randomUUID(), count: 1, lastRequest: 1n } });
  await api.prisma.authUsage.create({
    data: { kind: 'mail', subject: 'x', period: new Date(0), count: 1 },
  });
  await sweepRetention(api.db.database, { defaultDays: 30, maxRows: 1_000 });
  expect(await api.prisma.session.count({ where: { expiresAt: { lt: new Date() } } })).toBe(0);
  expect(await api.prisma.session.count({ where: { userId: kept.userId } })).toBeGreaterThan(0);
  expect(await api.prisma.verification.count({ where: { expiresAt: { lt: new Date() } } })).toBe(0);
  expect(await api.prisma.rateLimit.count()).toBe(0);
  expect(await api.prisma.authUsage.count({ where: { kind: 'mail', subject: 'x' } })).toBe(0);
});
