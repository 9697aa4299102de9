import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mutate, query } from '../../../test/support/call.ts';
import { driveRun, insertStore } from '../../../test/support/drive-run.ts';
import { addColleague, type Member, signInMember } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
let headers: { cookie: string };
let storeId: string;
let runId: string;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api);
  headers = { cookie: ada.cookie };
});
afterAll(() => api.close());

const noBilling = { code: 'schema', message: 'billing: expected an object' };
const noCity = { code: 'schema', message: 'billing.city: expected text' };

/** Four customers of whom three failed for two reasons: 1 is stored, 2 and 3 were never. */
beforeEach(async () => {
  storeId = await insertStore(api, ada);
  const started = await mutate(api, 'sync.start', { storeId }, headers);
  ({ runId } = started.body.result.data.run);
  const run = driveRun(api, runId);
  await run.discover(4);
  await insertCustomer(1, 'Søren', 'O’Brien', 'soren@shop.example');
  await run.fail(3);
  await run.finish(1);
  await fail(1, noBilling, { id: 1, billing: ['x', 'y', 'z'] });
  await fail(2, noBilling, { id: 2, first_name: 'Mary', last_name: 'Major', billing: [] });
  await fail(3, noCity, { id: 3, email: 'zoe@shop.example', billing: { city: 7 } });
});

async function insertCustomer(wooId: number, first: string, last: string, email: string) {
  await api.db.admin.query(
    `insert into customer (org_id, store_id, woo_id, email, username, first_name, last_name, role, company,
       phone, city, country, is_paying_customer, billing, shipping, meta_data, extra, content_hash, fetched_at)
     values ($1, $2, $3, $4, '', $5, $6, '', '', '', '', '', false, '{}', '{}', '[]', '{}',
             decode(repeat('00', 32), 'hex'), now())`,
    [ada.orgId, storeId, wooId, email, first, last],
  );
}

const fail = (position: number, { code, message }: typeof noBilling, payload: object) =>
  api.db.admin.query(
    `update woo_customer_sync_queue_line set error_code = $3, error_message = $4, payload = $5
      where queue_id = $1 and position = $2`,
    [runId, position, code, message, JSON.stringify(payload)],
  );

async function linesOf(filter: object) {
  const { status, body } = await query(api, 'sync.lines', { runId, ...filter }, headers);
  expect(status).toBe(200);
  return body.result.data;
}
const idsOf = async (filter: object) =>
  (await linesOf(filter)).items.map(({ wooCustomerId }) => wooCustomerId);

test('a failed customer has a name, the received and expected value, and a fix', async () => {
  const { items, total } = await linesOf({ state: 'failed' });
  expect(total).toBe(3);
  expect(items).toMatchObject([
    {
      name: 'Søren O’Brien',
      email: 'soren@shop.example',
      error: {
        ...noBilling,
        field: 'billing',
        received: 'a list with 3 entries',
        expected: 'an object',
        cause: expect.any(String),
        fix: expect.any(String),
      },
    },
    { name: 'Mary Major', email: null, error: { received: 'an empty list' } },
    { name: null, email: 'zoe@shop.example', error: { received: '7 (number)' } },
  ]);
});

test('reasons of failures are explained, with examples by name', async () => {
  const { body } = await query(api, 'sync.failures', { runId }, headers);
  expect(body.result.data.groups).toMatchObject([
    {
      ...noBilling,
      count: 2,
      received: 'a list with 3 entries',
      fix: expect.any(String),
      examples: [
        { position: 1, wooCustomerId: 1, name: 'Søren O’Brien' },
        { position: 2, wooCustomerId: 2, name: 'Mary Major' },
      ],
    },
    { ...noCity, count: 1, field: 'billing.city', examples: [{ email: 'zoe@shop.example' }] },
  ]);
});

test.each([
  ['a name that is stored', 'soren', [1]],
  ['a name that only the store sent', 'MARY major', [2]],
  ['an email address', 'zoe@shop', [3]],
  ['a number', '#3', [3]],
  ['nobody', 'nobody', []],
])('a run is searched by %s', async (_, q, ids) => {
  expect(await idsOf({ q })).toEqual(ids);
});

test('lines of several reasons are listed together', async () => {
  expect(await idsOf({ failures: [noBilling, noCity] })).toEqual([1, 2, 3]);
  expect(await idsOf({ failures: [noCity] })).toEqual([3]);
});

test.each([
  ['one customer', { positions: [2] }, 1],
  ['several reasons', { failures: [noBilling, noCity] }, 3],
  ['one reason, as before', { failure: noCity }, 1],
  ['everything that a search finds', { q: 'soren' }, 1],
  ['all', {}, 3],
])('a retry takes %s', async (_, chosen, retriedLines) => {
  const { body } = await mutate(api, 'sync.retry', { runId, ...chosen }, headers);
  expect(body.result.data).toMatchObject({
    retriedLines,
    run: { counts: { draft: retriedLines, failed: 3 - retriedLines } },
  });
});

test('a retry of customers that are not failed is rejected, and the search is not logged', async () => {
  const refused = await mutate(api, 'sync.retry', { runId, positions: [4] }, headers);
  expect(refused.body.error.data.code).toBe('nothing_to_retry');
  await mutate(api, 'sync.retry', { runId, q: 'soren' }, headers);
  const { body } = await query(api, 'sync.activity', { runId }, headers);
  expect(JSON.stringify(body)).not.toMatch(/soren/i);
});

test('one customer is read from the store once, however often this is requested', async () => {
  const refresh = () => mutate(api, 'customer.refresh', { storeId, wooId: 1 }, headers);
  const answers = [await refresh(), await refresh()].map(({ body }) => body.result.data.runId);
  expect(answers[0]).toBe(answers[1]);
  const { body } = await query(api, 'sync.status', { runId: answers[0] }, headers);
  expect(body.result.data).toMatchObject({ kind: 'webhook', startedBy: { name: 'Ada' } });
  const { rows } = await api.db.admin.query(
    'select topic, state, woo_customer_id from woo_webhook_delivery where store_id = $1',
    [storeId],
  );
  expect(rows).toEqual([{ topic: 'customer.refresh', state: 'pending', woo_customer_id: 1 }]);
});

test('an unknown customer, a paused store and a viewer are rejected', async () => {
  const unknown = await mutate(api, 'customer.refresh', { storeId, wooId: 9 }, headers);
  expect(unknown.body.error.data.code).toBe('customer_not_found');
  const viewer = await addColleague(api, ada, 'viewer');
  const input = { storeId, wooId: 1 };
  const seen = await mutate(api, 'customer.refresh', input, { cookie: viewer.cookie });
  expect(seen.status).toBe(403);
  await mutate(api, 'store.pause', { storeId, reason: 'stocktaking' }, headers);
  const paused = await mutate(api, 'customer.refresh', input, headers);
  expect(paused.body.error.data.code).toBe('store_paused');
});

async function download(name: string, cookie = ada.cookie) {
  const response = await fetch(`${api.url}/api/v1/runs/${runId}/${name}.csv`, {
    headers: { cookie },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('failed customers are a file with reason, field and fix; signs that start a formula are escaped', async () => {
  await api.db.admin.query(
    `update customer set first_name = '=1+1' where store_id = $1 and woo_id = 1`,
    [storeId],
  );
  const { status, headers: answer, text } = await download('failures');
  expect(status).toBe(200);
  expect(answer.get('content-disposition')).toBe(
    `attachment; filename="run-failures-${runId}.csv"`,
  );
  const [head, ...rows] = text.trim().split('\r\n');
  expect(head).toBe(
    'position,woo_id,name,email,attempts,code,reason,field,received,expected,cause,fix',
  );
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(/^1,1,'=1\+1 O’Brien,soren@shop\.example,\d+,schema,billing: expected/);
  expect(rows[2]).toContain('billing.city');
});

test('the activity of a run is a file, oldest first; other organisations get neither', async () => {
  const { text } = await download('activity');
  const rows = text.trim().split('\r\n').slice(1);
  const { body } = await query(api, 'sync.activity', { runId, after: 0, limit: 100 }, headers);
  expect(rows).toHaveLength(body.result.data.items.length);
  expect(rows[0]).toMatch(/^\d{4}-\d\d-\d\dT.*,info,run\.started,.*,Ada$/);
  const other = await signInMember(api, 'Eve');
  for (const name of ['activity', 'failures'])
    expect((await download(name, other.cookie)).status).toBe(404);
  expect((await download('activity', '')).status).toBe(401);
  runId = 'last';
  expect((await download('activity')).status).toBe(400);
});
