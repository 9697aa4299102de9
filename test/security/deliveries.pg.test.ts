import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addEndpoint,
  coversOf,
  deliveriesOf,
  sendDelivery,
  sign,
} from '../support/send-delivery.ts';
import { type Member, signInMember } from '../support/sign-in.ts';
import { startTestApi, type TestApi } from '../support/start-test-api.ts';

let api: TestApi;
let ada: Member;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api);
});
afterAll(() => api.close());

test('a flood of unsigned deliveries displaces no signed one (P3)', async () => {
  const { storeId, secret } = await addEndpoint(api, ada);
  const forged = { body: '{"id":1}', signature: sign('not the secret', '{"id":1}') };
  const flood = Array.from({ length: 300 }, () => sendDelivery(api, storeId, forged));
  const signed = Array.from({ length: 60 }, (_, index) => {
    const body = JSON.stringify({ id: index + 1 });
    return sendDelivery(api, storeId, { body, signature: sign(secret, body) });
  });
  expect(new Set(await Promise.all(signed))).toEqual(new Set([200]));
  expect(new Set(await Promise.all(flood))).toEqual(new Set([401]));
});

test('a captured delivery that is replayed with other headers adds no row (P4)', async () => {
  const { storeId, secret } = await addEndpoint(api, ada);
  const body = '{"id":7,"first_name":"Ada"}';
  const replay = () =>
    sendDelivery(api, storeId, {
      body,
      signature: sign(secret, body),
      deliveryId: randomUUID(),
      topic: 'customer.created',
    });
  for (let n = 0; n < 20; n++) expect(await replay()).toBe(200);
  expect(await deliveriesOf(api, storeId)).toEqual([{ woo_customer_id: 7, state: 'pending' }]);
  const apply = () =>
    api.db.admin.query("update woo_webhook_delivery set state = 'applied' where store_id = $1", [
      storeId,
    ]);
  await apply();
  for (let n = 0; n < 20; n++) await replay();
  expect(await deliveriesOf(api, storeId)).toEqual([{ woo_customer_id: 7, state: 'applied' }]);

  // Changed, and changed back: the same body counts as new again, but adds no row.
  const other = '{"id":7,"first_name":"Eve"}';
  await sendDelivery(api, storeId, { body: other, signature: sign(secret, other) });
  await apply();
  await replay();
  expect(await deliveriesOf(api, storeId)).toEqual([
    { woo_customer_id: 7, state: 'pending' },
    { woo_customer_id: 7, state: 'applied' },
  ]);
});

test('at most one delivery per customer is pending, even if many arrive together (P4)', async () => {
  const { storeId, secret } = await addEndpoint(api, ada);
  const statuses = await Promise.all(
    Array.from({ length: 40 }, (_, n) => {
      const body = JSON.stringify({ id: 7, n });
      return sendDelivery(api, storeId, { body, signature: sign(secret, body) });
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await deliveriesOf(api, storeId)).toHaveLength(1);
});

test('deliveries above the hourly limit add no rows, and a run is enqueued that finds the changes (P4)', async () => {
  const busy = await startTestApi({ deliveryLimits: { perHour: 10 } });
  try {
    const { storeId, secret } = await addEndpoint(busy, await signInMember(busy));
    for (let id = 1; id <= 30; id++) {
      const body = JSON.stringify({ id });
      const sent = { body, signature: sign(secret, body) };
      expect(await sendDelivery(busy, storeId, sent)).toBe(200);
    }
    // A new hour may begin in between.
    expect((await deliveriesOf(busy, storeId)).length).toBeLessThanOrEqual(20);
    expect(await coversOf(busy, storeId)).toEqual([{ has_gap: true, is_soon: true }]);
  } finally {
    await busy.close();
  }
});

test('a delivery for a store that was just removed is rejected without an internal error (P19)', async () => {
  const { storeId, secret } = await addEndpoint(api, ada);
  const send = (id: number) => {
    const body = JSON.stringify({ id });
    return sendDelivery(api, storeId, { body, signature: sign(secret, body) });
  };
  expect(await send(1)).toBe(200);
  await api.db.admin.query('delete from woo_store where id = $1', [storeId]);
  expect([await send(2), await send(3)]).toEqual([401, 401]);
  expect(api.logged()).not.toContain('"msg":"call failed"');
});
