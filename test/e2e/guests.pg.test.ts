import { expect, test } from 'vitest';
import { openStore, type OpenStore } from '../support/open-store.ts';

async function guestsOf({ db }: OpenStore): Promise<string[]> {
  const { rows } = await db.admin.query<{ email: string }>(
    'select email from guest order by email',
  );
  return rows.map(({ email }) => email);
}

const gmt = (ms: number) => new Date(ms).toISOString().slice(0, 19);

test('drafts and failed orders create no guests, and erased guests are deleted (R13)', async () => {
  const store = await openStore({ customers: 3, guests: 4 });
  const [first, second, third, fourth] = store.sim.guests;
  second!.status = 'checkout-draft';
  third!.status = 'failed';
  await store.run('full', { guests: 'on' });
  expect(await guestsOf(store)).toEqual([first!.billing.email, fourth!.billing.email].toSorted());

  first!.billing = { ...first!.billing, first_name: '[deleted]', email: 'deleted@site.invalid' };
  first!.modifiedGmt = gmt(Date.now());
  await store.run('delta', { guests: 'on' });
  expect(await guestsOf(store)).toEqual([fourth!.billing.email]);
});

test('the history of an erased customer is deleted too (R13)', async () => {
  const store = await openStore({ customers: 3 });
  await store.run('full');
  store.sim.customers.update(1, { billing: { city: 'Aarhus' } });
  await store.run('full');
  const customer = store.sim.customers.get(1)!;
  const empty = <T extends object>(address: T): T =>
    Object.fromEntries(Object.keys(address).map((key) => [key, ''])) as T;
  store.sim.customers.replace({
    ...customer,
    billing: empty(customer.billing),
    shipping: empty(customer.shipping),
  });
  await store.run('full');
  const { rows } = await store.db.admin.query<{ changes: { from: unknown; to: unknown }[] }>(
    'select changes from customer_change where woo_id = 1',
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]!.changes.every(({ from, to }) => from === null && to === null)).toBe(true);
});

test('if the store does not filter orders, a delta reads only the changed ones (R17)', async () => {
  const store = await openStore({ customers: 3, guests: 450, ordersIgnoreModifiedAfter: true });
  await store.run('full', { guests: 'on' });
  const asked = () =>
    store.sim.requests.filter(({ path }) => path.endsWith('/wc/v3/orders')).length;
  const before = asked();
  await store.run('delta', { guests: 'on' });
  expect(asked() - before).toBe(1);
});
