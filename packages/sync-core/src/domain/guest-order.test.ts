import { expect, test } from 'vitest';
import { mergeGuestOrders, orderModifiedAt, readGuestOrder } from './guest-order.ts';

const guestOf = (row: unknown) => {
  const read = readGuestOrder(row);
  return read?.kind === 'guest' ? read.guest : null;
};

const order = {
  id: 31,
  status: 'processing',
  customer_id: 0,
  date_created_gmt: '2026-01-20T09:00:01',
  billing: { first_name: ' Ada ', last_name: 'L', email: ' Ada@Shop.test ', city: 'Wien' },
};

test('a guest is identified by the email address, trimmed and in lower case', () => {
  expect(guestOf(order)).toMatchObject({
    email: 'ada@shop.test',
    firstName: 'Ada',
    company: '',
    orderedAt: new Date('2026-01-20T09:00:01Z'),
  });
});

test.each([
  { ...order, customer_id: 5 },
  { ...order, status: 'checkout-draft' },
  { ...order, status: 'failed' },
  { ...order, id: undefined },
  { status: 'processing', billing: order.billing },
  { ...order, customer_id: '5' },
  { ...order, billing: { email: '' } },
  { ...order, billing: [] },
  { ...order, billing: null },
  null,
  'order',
])('is no guest: %j', (row) => {
  expect(guestOf(row)).toBeNull();
});

test('of several orders the newest names the guest, and the first date is kept', () => {
  const older = { ...order, date_created_gmt: '2025-01-01T00:00:00' };
  const newer = { ...order, billing: { ...order.billing, city: 'Graz' } };
  const orders = [newer, older].map((row) => guestOf(row)).filter((row) => row !== null);
  expect(mergeGuestOrders(orders)).toEqual([
    expect.objectContaining({
      city: 'Graz',
      orderedAt: new Date('2026-01-20T09:00:01Z'),
      firstOrderAt: new Date('2025-01-01T00:00:00Z'),
    }),
  ]);
});

test('an order that the store erased contains no guest (R13)', () => {
  const erased = { ...order, billing: { first_name: '[deleted]', email: 'deleted@site.invalid' } };
  expect(readGuestOrder(erased)).toEqual({ kind: 'erased', orderId: 31 });
});

test('an order without a date is older than every other, and a guest of such orders has no first date', () => {
  const undated = { ...order, id: 32, date_created_gmt: null, billing: { email: 'ada@shop.test' } };
  const orders = [order, undated].map((row) => guestOf(row)).filter((row) => row !== null);
  expect(mergeGuestOrders(orders)).toEqual([
    expect.objectContaining({ firstName: 'Ada', city: 'Wien', orderIds: [31, 32] }),
  ]);
  const alone = orders.filter(({ orderId }) => orderId === 32);
  expect(mergeGuestOrders([...alone, ...alone])).toMatchObject([
    { orderIds: [32, 32], orderedAt: null, firstOrderAt: null },
  ]);
});

test.each([
  [{ date_modified_gmt: '2026-01-21T08:00:00' }, new Date('2026-01-21T08:00:00Z')],
  [{ date_modified_gmt: '0000-00-00T00:00:00' }, null],
  [null, null],
])('the date of modification of %j', (row, expected) => {
  expect(orderModifiedAt(row)).toEqual(expected);
});
