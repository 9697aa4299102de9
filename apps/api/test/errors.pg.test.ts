import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mutate, query } from '../../../test/support/call.ts';
import { insertStore } from '../../../test/support/drive-run.ts';
import { signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api);
});
afterAll(() => api.close());

test('an error says what to do', async () => {
  const runId = randomUUID();
  const { status, body, headers } = await query(
    api,
    'sync.status',
    { runId },
    { cookie: ada.cookie },
  );
  expect(status).toBe(404);
  expect(body.error).toEqual({
    message: 'This run does not exist.',
    code: -32004,
    data: {
      code: 'run_not_found',
      advice: 'Check the run id; it may belong to another organisation.',
      httpStatus: 404,
      path: 'sync.status',
      requestId: headers.get('x-request-id'),
      issues: [],
    },
  });
});

test('an invalid input lists all problems', async () => {
  const input = { storeId: 'x', settings: { batchSize: 0, unknown: 1 } };
  const { status, body } = await mutate(api, 'sync.start', input, { cookie: ada.cookie });
  expect(status).toBe(400);
  expect(body.error.data.code).toBe('invalid_input');
  expect(body.error.data.issues.map(({ path }) => path)).toEqual([
    'storeId',
    'settings.batchSize',
    'settings',
  ]);
});

test('unexpected errors get a general message, and are logged without values (S36)', async () => {
  await api.db.admin.query('alter table woo_customer_sync_queue rename column round to turn');
  const runId = randomUUID();
  const { status, body } = await query(api, 'sync.status', { runId }, { cookie: ada.cookie });
  await api.db.admin.query('alter table woo_customer_sync_queue rename column turn to round');

  expect(status).toBe(500);
  const { requestId, ...data } = body.error.data;
  expect(data).toEqual({
    code: 'internal_error',
    advice: 'Try again; if it continues, report the request id to the operator of Mantis Sync.',
    httpStatus: 500,
    path: 'sync.status',
    issues: [],
  });
  expect(JSON.stringify(body)).not.toMatch(/column|select|\.ts|\bat /);
  const line =
    api
      .logged()
      .split('\n')
      .find((text) => text.includes(String(requestId))) ?? '';
  expect(JSON.parse(line)).toMatchObject({ level: 50, error: { name: 'error', code: '42703' } });
  expect(line).not.toContain(runId);
});

test('a database outage is reported as such, never as an invalid key or session', async () => {
  const gone = await startTestApi({ databaseIsGone: true });
  try {
    for (const headers of [{ 'x-api-key': 'mantis_any' }, { cookie: ada.cookie }]) {
      const { status, body } = await query(gone, 'account.me', undefined, headers);
      expect(status).toBe(503);
      expect(body.error.data.code).toBe('database_unavailable');
    }
    expect((await fetch(`${gone.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${gone.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'not ready',
      lacking: ['listener'],
      database: 'unavailable',
      migrations: 'unknown',
      worker: 'unknown',
      listener: 'connecting',
    });
  } finally {
    await gone.close();
  }
});

test('what better-auth rejects is rejected cleanly, and not logged', async () => {
  const printed = vi.spyOn(console, 'error');
  for (const [path, body] of [
    ['reset-password', { token: 7 }],
    ['change-password', { currentPassword: { $gt: '' } }],
    ['sign-in/email', { email: { $gt: '' }, password: 1 }],
  ] as const) {
    const answer = await fetch(`${api.url}/api/auth/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: ada.cookie,
        origin: api.publicUrl,
      },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/prisma|invocation|node_modules|\bat /i);
  }
  expect(printed).not.toHaveBeenCalled();
});

test('neither keys, cookies nor addresses reach the log', async () => {
  const storeId = await insertStore(api, ada);
  await mutate(api, 'sync.start', { storeId }, { cookie: ada.cookie });
  const logged = api.logged();
  expect(logged).not.toContain(ada.email);
  expect(logged).not.toContain(ada.cookie.split('=')[1]);
});
