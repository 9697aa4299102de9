import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

function start(env: Record<string, string>): ChildProcess {
  return fork(main, {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: db.url,
      MANTIS_SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('it says when it is ready, serves, and leaves when its parent does', async () => {
  const child = start({ PORT: String(await freePort()) });
  const exit = once(child, 'exit');
  const [message] = await once(child, 'message');
  expect(message).toEqual({
    type: 'ready',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  const ready = await fetch(`${(message as { url: string }).url}/readyz`);
  expect(ready.status).toBe(200);
  await ready.body?.cancel();
  child.disconnect();
  expect(await exit).toEqual([0, null]);
});

test('it ends on SIGTERM while a stream is open', async () => {
  const child = start({ PORT: String(await freePort()), LOG_LEVEL: 'silent' });
  const exit = once(child, 'exit');
  const [message] = await once(child, 'message');
  const stream = await fetch(`${(message as { url: string }).url}/trpc/sync.watch?input={}`, {
    headers: { accept: 'text/event-stream' },
  });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  await stream.body?.cancel().catch(() => {});
});

test('an environment that is not complete is told in one line', async () => {
  const child = start({ NODE_ENV: 'production', PORT: 'x' });
  let text = '';
  child.stderr?.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(text.trim().split('\n')).toHaveLength(1);
  expect(text).toMatch(/PORT.*AUTH_SECRET/);
});

test('a port that is taken is told in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = start({ PORT: String(port), LOG_LEVEL: 'silent' });
  let text = '';
  child.stderr?.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  server.close();
  expect(code).toBe(1);
  expect(text.trim()).toMatch(/^Port \d+ of 127\.0\.0\.1 is taken\. Set PORT to another one\.$/);
});
