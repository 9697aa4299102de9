import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, portOf } from '../support/free-port.ts';
import { startProcess } from '../support/start-process.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const start = (env: Record<string, string>) =>
  startProcess('api', {
    env: {
      DATABASE_URL: db.url,
      MANTIS_SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      ...env,
    },
    mayEnd: true,
  });

test('it says when it is ready, serves, and ends when its parent does', async () => {
  const api = await start({ PORT: String(await freePort()) });
  expect(api.ready).toEqual({
    type: 'ready',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  const ready = await fetch(`${(api.ready as { url: string }).url}/readyz`);
  expect(ready.status).toBe(200);
  await ready.body?.cancel();
  api.disconnect();
  expect(await api.ended).toEqual([0, null]);
});

test('it ends on SIGTERM while a stream is open', async () => {
  const api = await start({ PORT: String(await freePort()), LOG_LEVEL: 'silent' });
  const { url } = api.ready as { url: string };
  const stream = await fetch(`${url}/trpc/sync.watch?input={}`, {
    headers: { accept: 'text/event-stream' },
  });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  expect(await api.stop()).toEqual([0, null]);
  await stream.body?.cancel().catch(() => {});
});

test('an incomplete environment is reported in one line', async () => {
  const api = await start({ NODE_ENV: 'production', PORT: 'x' });
  expect(await api.ended).toEqual([1, null]);
  expect(api.printed().trim().split('\n')).toHaveLength(1);
  expect(api.printed()).toMatch(/PORT.*AUTH_SECRET/);
});

test('a port that is taken is reported in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const api = await start({ PORT: String(port), LOG_LEVEL: 'silent' });
  expect(await api.ended).toEqual([1, null]);
  server.close();
  expect(api.printed().trim()).toMatch(
    /^Port \d+ of 127\.0\.0\.1 is in use\. Set PORT to another one\.$/,
  );
});
