import { expect, test } from 'vitest';
import { openShop, type Shop } from '../support/open-shop.ts';

async function guestsOf({ db }: Shop): Promise<string[]> {
  const { rows } = await db.admin.query<{ email: string }>(
    'select email from guest order by email',
  );
  return rows.map(({ email }) => email);
}

const gmt = (ms: number) => new Date(ms).toISOString().slice(0, 19);

test('drafts and failed orders create no guests, and erased guests are deleted (R13)', async () => {
  const shop = await openShop({ customers: 3, guests: 4 });
  const [first, second, third, fourth] = shop.sim.guests;
  second!.status = 'checkout-draft';
  third!.status = 'failed';
  await shop.run('full', { guests: 'on' });
  expect(await guestsOf(shop)).toEqual([first!.billing.email, fourth!.billing.email].toSorted());

  first!.billing = { ...first!.billing, first_name: '[deleted]', email: 'deleted@site.invalid' };
  first!.modifiedGmt = gmt(Date.now());
  await shop.run('delta', { guests: 'on' });
  expect(await guestsOf(shop)).toEqual([fourth!.billing.email]);
});

test('the history of an erased customer is deleted too (R13)', async () => {
  const shop = await openShop({ customers: 3 });
  await shop.run('full');
  shop.sim.customers.update(1, { billing: { city: 'Aarhus' } });
  await shop.run('full');
  const customer = shop.sim.customers.get(1)!;
  const empty = <T extends object>(address: T): T =>
    Object.fromEntries(Object.keys(address).map((key) => [key, ''])) as T;
  shop.sim.customers.replace({
    ...customer,
    billing: empty(customer.billing),
    shipping: empty(customer.shipping),
  });
  await shop.run('full');
  const { rows } = await shop.db.admin.query<{ changes: { from: unknown; to: unknown }[] }>(
    'select changes from customer_change where woo_id = 1',
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]!.changes.every(({ from, to }) => from === null && to === null)).toBe(true);
});

test('if the store does not filter orders, a delta reads only the changed ones (R17)', async () => {
  const shop = await openShop({ customers: 3, guests: 450, ordersIgnoreModifiedAfter: true });
  await shop.run('full', { guests: 'on' });
  const asked = () => shop.sim.requests.filter(({ path }) => path.endsWith('/wc/v3/orders')).length;
  const before = asked();
  await shop.run('delta', { guests: 'on' });
  expect(asked() - before).toBe(1);
});
