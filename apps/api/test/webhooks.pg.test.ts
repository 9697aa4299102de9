import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../../../test/support/call.ts';
import * as kit from '../../../test/support/send-delivery.ts';
import { sign } from '../../../test/support/send-delivery.ts';
import { signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api, 'Ada');
});
afterAll(() => api.close());

const addEndpoint = (secret?: string) => kit.addEndpoint(api, ada, secret);
const send = (storeId: string, sent: kit.Sent) => kit.sendDelivery(api, storeId, sent);
const deliveriesOf = (storeId: string) => kit.deliveriesOf(api, storeId);

test('a signed delivery is stored with its customer’s id only, and starts a run', async () => {
  const { storeId, secret } = await addEndpoint();
  const body = JSON.stringify({ id: 7, email: 'ada@shop.test' });
  expect(await send(storeId, { body, signature: sign(secret, body) })).toBe(200);
  expect(await deliveriesOf(storeId)).toEqual([{ woo_customer_id: 7, state: 'pending' }]);
  const { rows } = await api.db.admin.query(
    `select kind, state, actor_type from woo_customer_sync_queue where store_id = $1`,
    [storeId],
  );
  expect(rows).toEqual([{ kind: 'webhook', state: 'draft', actor_type: 'webhook' }]);
});

describe('a delivery that the store did not sign (F66)', () => {
  const body = '{"id":7}';
  const good = (secret: string) => sign(secret, body);
  test.each([
    ['no signature', () => undefined],
    ['an empty one', () => ''],
    ['a short one', (secret: string) => good(secret).slice(0, 20)],
    ['a long one', (secret: string) => `${good(secret)}${good(secret)}`],
    ['one that is no base64', () => '****not base64****'],
    ['one of another body', (secret: string) => sign(secret, '{"id":8}')],
    ['one of another secret', () => sign('other', body)],
    [
      'one byte changed',
      (secret: string) => good(secret).replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    ],
  ])('%s: 401, and nothing is stored (S33)', async (_name, signature) => {
    const { storeId, secret } = await addEndpoint();
    expect(await send(storeId, { body, signature: signature(secret) })).toBe(401);
    expect(await deliveriesOf(storeId)).toEqual([]);
  });

  test('the secret of another store: 401 (S35)', async () => {
    const [mine, other] = [await addEndpoint(), await addEndpoint()];
    expect(await send(mine.storeId, { body, signature: sign(other.secret, body) })).toBe(401);
    expect(await deliveriesOf(mine.storeId)).toEqual([]);
  });

  test('an unknown store gets the same response', async () => {
    const { storeId } = await addEndpoint();
    const answers = [];
    for (const id of [storeId, randomUUID(), 'no-uuid']) {
      const response = await fetch(`${api.url}/webhooks/woocommerce/${id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-wc-webhook-signature': 'AAAA' },
        body,
      });
      answers.push([response.status, await response.text()]);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });
});

test('a repeated delivery has no further effect (F65, S34)', async () => {
  const { storeId, secret } = await addEndpoint();
  const body = '{"id":7}';
  const sent = { body, signature: sign(secret, body), deliveryId: 'same' };
  const statuses = await Promise.all(Array.from({ length: 40 }, () => send(storeId, sent)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await deliveriesOf(storeId)).toHaveLength(1);
});

test('two deliveries with the same id are both processed (F68)', async () => {
  const { storeId, secret } = await addEndpoint();
  for (const body of ['{"id":7}', '{"id":8}']) {
    await send(storeId, { body, signature: sign(secret, body), deliveryId: 'same' });
  }
  expect((await deliveriesOf(storeId)).map((row) => row.woo_customer_id)).toEqual([7, 8]);
});

test('a ping is answered 200, and has no effect (F69)', async () => {
  const { storeId } = await addEndpoint();
  const ping = { body: 'webhook_id=3', contentType: 'application/x-www-form-urlencoded' };
  expect(await send(storeId, ping)).toBe(200);
  expect(await deliveriesOf(storeId)).toEqual([]);
});

test('a signed error, as for a deleted customer, is stored and ignored', async () => {
  const { storeId, secret } = await addEndpoint();
  const body = '{"code":"wc_user_invalid_id","message":"Invalid user ID.","data":{"status":404}}';
  expect(await send(storeId, { body, signature: sign(secret, body) })).toBe(200);
  expect(await deliveriesOf(storeId)).toEqual([{ woo_customer_id: null, state: 'ignored' }]);
});

test('deliveries are listed with response and result, and rejections are counted', async () => {
  const { storeId, secret } = await addEndpoint();
  const bodies = ['{"id":7}', '{"code":"wc_user_invalid_id"}', '{"id":8}'];
  for (const body of bodies) await send(storeId, { body, signature: sign(secret, body) });
  await send(storeId, { body: '{"id":9}', signature: 'AAAA' });
  const { rows } = await api.db.admin.query<{ id: string }>(
    `update woo_webhook_delivery delivery set state = 'applied', queue_id = run.id
       from woo_customer_sync_queue run
      where run.store_id = $1 and delivery.store_id = $1 and woo_customer_id = 7 returning run.id`,
    [storeId],
  );
  const runId = rows[0]?.id;
  await api.db.admin.query(
    `insert into woo_customer_sync_queue_line
       (org_id, queue_id, position, woo_customer_id, state, outcome, processed_at)
     values ($1, $2, 1, 7, 'done', 'updated', now())`,
    [ada.orgId, runId],
  );
  const read = async (input: object) => {
    const { body } = await query(api, 'webhook.deliveries', { storeId, ...input }, ada);
    return body.result.data;
  };
  const first = await read({ limit: 2 });
  const second = await read({ limit: 2, cursor: first.nextCursor });
  expect(second.nextCursor).toBeNull();
  expect([...first.items, ...second.items]).toMatchObject([
    { wooCustomerId: 8, topic: 'customer.updated', status: 200, state: 'pending', line: null },
    { wooCustomerId: null, status: 200, state: 'ignored', runId: null },
    { wooCustomerId: 7, state: 'applied', runId, line: { position: 1, outcome: 'updated' } },
  ]);
  // Counted in memory, and written every few seconds.
  await expect
    .poll(async () => (await read({})).refusals)
    .toMatchObject([{ reason: 'bad_signature', status: 401, count: 1 }]);
});

test('more than a megabyte: 413, counted', async () => {
  const { storeId, secret } = await addEndpoint();
  const small = '{"id":7}';
  await send(storeId, { body: small, signature: sign(secret, small) });
  const body = JSON.stringify({ id: 7, note: 'x'.repeat(1_100_000) });
  expect(await send(storeId, { body, signature: sign(secret, body) })).toBe(413);
  expect(await deliveriesOf(storeId)).toHaveLength(1);
});

test('no redirect, whatever the address ends with: the store would count it as delivered', async () => {
  const { storeId, secret } = await addEndpoint();
  const body = '{"id":7}';
  expect(await send(`${storeId}/`, { body, signature: sign(secret, body) })).toBe(200);
});

test('deliveries above the limit per second are rejected (S27)', async () => {
  const limited = await startTestApi({ deliveryLimits: { perSecond: 5 } });
  try {
    const { storeId, secret } = await kit.addEndpoint(limited, await signInMember(limited));
    const statuses = await Promise.all(
      Array.from({ length: 150 }, async (_, index) => {
        const body = JSON.stringify({ id: index + 1 });
        return kit.sendDelivery(limited, storeId, { body, signature: sign(secret, body) });
      }),
    );
    expect(statuses).toContain(429);
    const taken = statuses.filter((status) => status === 200).length;
    expect(await kit.deliveriesOf(limited, storeId)).toHaveLength(taken);
    // A rejected delivery is not repeated: what it was about is found by a run.
    expect(await kit.coversOf(limited, storeId)).toEqual([{ has_gap: true, is_soon: true }]);
  } finally {
    await limited.close();
  }
});

const recordings = resolve(
  import.meta.dirname,
  '../../../packages/woo-sim/fixtures/woo-recordings',
);
const recorded = (await readdir(recordings)).filter((name) => name.startsWith('delivery-'));

test.each(recorded)('the recorded %s is taken', async (name) => {
  const { secret, request } = JSON.parse(await readFile(resolve(recordings, name), 'utf8'));
  const { storeId } = await addEndpoint(secret ?? undefined);
  const {
    host: _host,
    connection: _connection,
    'content-length': _length,
    ...headers
  } = request.headers;
  const response = await fetch(`${api.url}/webhooks/woocommerce/${storeId}`, {
    method: 'POST',
    headers,
    body: request.body,
  });
  expect(response.status).toBe(200);
  const expected = secret === null ? 0 : 1;
  expect(await deliveriesOf(storeId)).toHaveLength(expected);
});
