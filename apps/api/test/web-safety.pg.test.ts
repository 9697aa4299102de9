import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, query } from '../../../test/support/call.ts';
import { signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api);
});
afterAll(() => api.close());

/** As fetch does it, with methods and headers that fetch refuses to send. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${api.url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const paths = ['/', '/healthz', '/trpc/account.me', '/api/auth/get-session', '/unknown'];

test('every answer carries the headers, whatever it answers (S29)', async () => {
  for (const path of [...paths, '/trpc/unknown']) {
    const { headers } = await send('GET', path, { accept: 'text/html' });
    expect([path, headers]).toEqual([
      path,
      expect.objectContaining({
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      }),
    ]);
    const policy = String(headers['content-security-policy']);
    for (const directive of [
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "script-src 'self'",
      "style-src 'self'",
    ])
      expect(policy.split(';')).toContain(directive);
    expect(policy).not.toMatch(/unsafe-|\*|https?:/);
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
    // Over plain http it would lock people out of their own machine.
    expect(headers).not.toHaveProperty('strict-transport-security');
  }
});

test('over https browsers are instructed to use https for a year (S29)', async () => {
  const secure = await startTestApi({ publicUrl: 'https://sync.example' });
  try {
    const { headers } = await fetch(`${secure.url}/healthz`);
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  } finally {
    await secure.close();
  }
});

test('no page of another site may read an answer (S32)', async () => {
  for (const path of paths) {
    for (const origin of ['https://evil.example', 'null', 'http://mantis.test.evil.example']) {
      const plain = await send('GET', path, { origin, cookie: ada.cookie });
      const preflight = await send('OPTIONS', path, {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      });
      for (const { headers } of [plain, preflight]) {
        const names = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
        expect([path, origin, names]).toEqual([path, origin, []]);
      }
      expect(preflight.status).toBe(405);
    }
  }
});

test('TRACE and all unneeded methods are rejected, and nothing is echoed (S42)', async () => {
  for (const path of paths) {
    for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      const answer = await send(method, path, { cookie: ada.cookie, 'x-secret': 'repeat me' });
      expect([method, path, answer.status]).toEqual([method, path, 405]);
      expect(answer.headers['allow']).toBe('GET, HEAD, POST');
      expect(answer.body).not.toContain('repeat me');
      expect(answer.body).not.toContain(ada.cookie);
    }
  }
});

test('no response of the API is cached (S40)', async () => {
  for (const path of [
    '/healthz',
    '/readyz',
    '/trpc/account.me',
    '/api/auth/get-session',
    '/trpc/x',
  ])
    expect((await send('GET', path, { cookie: ada.cookie })).headers['cache-control']).toBe(
      'no-store',
    );
});

test('a body cannot reach the prototype of anything (S38)', async () => {
  const headers = { 'content-type': 'application/json', cookie: ada.cookie };
  for (const body of [
    '{"__proto__":{"isAdmin":true},"storeId":"6f1c2f7e-0f35-4d0c-9a50-0f6e3f1f5c11"}',
    '{"constructor":{"prototype":{"isAdmin":true}},"storeId":"6f1c2f7e-0f35-4d0c-9a50-0f6e3f1f5c11"}',
    '{"storeId":"6f1c2f7e-0f35-4d0c-9a50-0f6e3f1f5c11","settings":{"__proto__":{"batchSize":1}}}',
  ]) {
    const answer = await send('POST', '/trpc/sync.start', headers, body);
    expect([body, answer.status]).toEqual([body, 400]);
  }
  expect({}).not.toHaveProperty('isAdmin');
});

/** Texts that mean something to SQL, shells, templates, paths, logs and pages. */
const hostile = [
  `'; drop table customer; --`,
  `" or 1=1 --`,
  '1; select pg_sleep(10)',
  'id;select',
  '$1',
  '%',
  '_%\\',
  '\\',
  '${7*7}{{7*7}}',
  '../../../../etc/passwd',
  '<img src=x onerror=alert(1)>',
  'a\r\nset-cookie: x=y',
  '=cmd|/c calc',
  '\u0000',
  '\ud800',
  '\u202egnp.exe',
];

test('hostile texts are rejected or stored unchanged, and never executed (S24)', async () => {
  const { cookie } = ada;
  const { rows: before } = await api.db.admin.query('select count(*) as n from pg_tables');
  const { rows } = await api.db.admin.query<{ id: string }>(
    `insert into woo_store (org_id, name, url, auth_mode, route_style, consumer_key_cipher,
                            consumer_secret_cipher, cipher_key_id, key_hint)
     values ($1, 'Shop', 'https://shop.example', 'basic', 'pretty', '\\x00', '\\x00', 'k1', 'abcd')
     returning id`,
    [ada.orgId],
  );
  const storeId = rows[0]?.id ?? '';
  for (const text of hostile) {
    const renamed = await mutate(api, 'store.update', { storeId, name: text }, { cookie });
    if (renamed.status === 200) expect(renamed.body.result.data.name).toBe(text.trim());
    else expect([text, renamed.status]).toEqual([text, 400]);
    const paused = await mutate(api, 'store.pause', { storeId, reason: text }, { cookie });
    // A reason may have several lines.
    expect([text, paused.status]).toEqual([text, text.includes('\n') ? 200 : renamed.status]);
    const others = [
      await query(api, 'sync.list', { storeId: text }, { cookie }),
      await query(api, 'sync.list', { cursor: text }, { cookie }),
      await query(api, 'sync.list', { sort: text }, { cookie }),
      await query(api, 'sync.lines', { runId: text }, { cookie }),
      await mutate(
        api,
        'store.connect',
        { name: 'x', url: text, consumerKey: 'x', consumerSecret: 'y' },
        { cookie },
      ),
      await mutate(api, 'store.update', { storeId, settings: { roleFilter: text } }, { cookie }),
      await query(api, 'account.me', undefined, {
        'x-api-key': encodeURIComponent(text.toWellFormed()),
      }),
    ];
    expect([text, others.map(({ status }) => status)]).toEqual([
      text,
      [400, 400, 400, 400, 422, 400, 401],
    ]);
  }
  await mutate(api, 'store.resume', { storeId }, { cookie });
  for (const idempotencyKey of hostile.slice(-2)) {
    const { status } = await mutate(api, 'sync.start', { storeId, idempotencyKey }, { cookie });
    expect([idempotencyKey, status]).toEqual([
      idempotencyKey,
      idempotencyKey === '\ud800' ? 400 : 200,
    ]);
  }
  expect((await api.db.admin.query('select count(*) as n from pg_tables')).rows).toEqual(before);
});

test('what a caller sends is one line in the log (S37)', async () => {
  await send('GET', '/trpc/x%0A%7B%22level%22%3A30%7D%0D%0A', { 'user-agent': 'a' });
  await send('GET', '/trpc/account.me?input=%0A%0A');
  for (const line of api.logged().split('\n').filter(Boolean))
    expect(() => JSON.parse(line)).not.toThrow();
});

test('the response to a failed call contains the request id under which its cause is logged (S36)', async () => {
  await api.db.admin.query('alter table woo_store rename column name to title');
  const { status, body, headers } = await query(api, 'store.list', undefined, ada);
  await api.db.admin.query('alter table woo_store rename column title to name');
  expect(status).toBe(500);
  expect(body.error.data).toMatchObject({ code: 'internal_error' });
  expect(body.error.data).not.toHaveProperty('stack');
  expect(JSON.stringify(body)).not.toMatch(/woo_store|column|\.ts|node_modules/);
  expect(api.logged()).toContain(headers.get('x-request-id'));
});
