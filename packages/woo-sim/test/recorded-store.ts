import { customerFixture } from '../src/index.ts';
import type { Guest, SimCustomer, SimKey } from '../src/index.ts';
import { exchanges, rowsOf } from './recordings.ts';

/** Rows that were created or changed during the recordings; the replay repeats this. */
const comesAndGoes = 807;
const secretOf = (name: string): string => `cs_${name.padStart(40, '0')}`;
const keyOf = (
  name: string,
  permissions: SimKey['permissions'],
  userRole: SimKey['userRole'],
): SimKey => ({
  consumerKey: `ck_${name.padStart(40, '0')}`,
  consumerSecret: secretOf(name),
  permissions,
  userRole,
});

export const recordedKeys = {
  readWrite: keyOf('rw0001', 'read_write', 'administrator'),
  read: keyOf('ro0001', 'read', 'administrator'),
  write: keyOf('wo0001', 'write', 'administrator'),
  shopManager: keyOf('sm0001', 'read_write', 'shop_manager'),
  subscriber: keyOf('sub001', 'read_write', 'subscriber'),
};

/**
 * The users of the recorded store before the first recording: every row that was seen as it was
 * seen first, the others plain, with the dates that other recordings tell. Their made-up names sort
 * behind all others and match no recorded search.
 */
export function recordedCustomers(): SimCustomer[] {
  const facts = partialFacts();
  const seen = new Map<number, SimCustomer>();
  for (const row of exchanges
    .filter(({ file }) => file !== 'customers-batch.json')
    .flatMap(fullRows)) {
    const earlier = seen.get(row.id);
    const laterState = (earlier?.date_modified_gmt ?? '') > (row.date_modified_gmt ?? '');
    if (row.id !== comesAndGoes && (!earlier || laterState)) seen.set(row.id, row);
  }
  return Array.from({ length: 806 }, (_, index) => index + 1).map((id) => {
    const known = { ...plainRow(id), ...facts.get(id), ...seen.get(id) };
    return { ...known, ...activity.get(id) };
  });
}

const plainRow = (id: number): SimCustomer =>
  customerFixture({
    id,
    username: id === 802 ? 'sub2' : `customer${id - 3}`,
    display_name: `zzz ${String(id).padStart(4, '0')}`,
    email: `customer${id - 3}@example.net`,
    roles: [id > 800 ? 'subscriber' : 'customer'],
    date_created_gmt: id > 800 ? '2026-11-24T02:29:37' : '2024-01-01T08:00:00',
    meta_data: id === 802 ? [{ id: 20_420, key: 'highest_meta_id', value: '' }] : [],
  });

function fullRows({ response }: (typeof exchanges)[number]): SimCustomer[] {
  return rowsOf(response.body).flatMap((row) => {
    if (!('username' in row && 'billing' in row && 'avatar_url' in row)) return [];
    const known = row as unknown as SimCustomer & { role: string };
    const name = `${known.first_name} ${known.last_name}`.trim();
    const roles = known.username.startsWith('norole') ? [] : [known.role];
    return customerFixture({
      id: known.id,
      date_created_gmt: known.date_created_gmt,
      date_modified_gmt: known.date_modified_gmt,
      email: known.email,
      first_name: known.first_name,
      last_name: known.last_name,
      roles,
      username: known.username,
      display_name: name === '' ? known.username : name,
      billing: known.billing,
      shipping: known.shipping,
      is_paying_customer: known.is_paying_customer,
      meta_data: known.meta_data ?? [],
    });
  });
}

/** Dates of users that were recorded only in part: `_fields` lists and the analytics report. */
function partialFacts(): Map<number, Partial<SimCustomer>> {
  const facts = new Map<number, Partial<SimCustomer>>();
  const learn = (id: number, fact: Partial<SimCustomer>): void =>
    void facts.set(id, { ...facts.get(id), ...fact });
  for (const { file, request, response } of exchanges) {
    if (file === 'extra-odd-rows.json') continue;
    const ofCustomers = request.path.endsWith('/wc/v3/customers');
    for (const row of rowsOf(response.body)) {
      const id = Number(ofCustomers ? row['id'] : (row['user_id'] ?? 0));
      if (id === 0) continue;
      if (ofCustomers && 'date_modified_gmt' in row)
        learn(id, { date_modified_gmt: row['date_modified_gmt'] as string | null });
      const created = row['date_created_gmt'] ?? row['date_registered_gmt'];
      if (typeof created === 'string') learn(id, { date_created_gmt: created });
    }
    for (const [, id, created] of response.body.matchAll(
      /"user_id":(\d+),"date_registered_gmt":"([^"]+)"/g,
    ))
      if (created !== undefined) learn(Number(id), { date_created_gmt: created });
  }
  return facts;
}

const reportRows = [
  'more-analytics-with-guests.json',
  'more-analytics-last-order.json',
  'analytics-customers-last-active.json',
].flatMap((file) =>
  rowsOf(exchanges.find((exchange) => exchange.file === file)?.response.body ?? ''),
);

/** Who ordered and when, from the analytics report (its dates are an hour ahead of GMT). */
const activity = new Map<number, Partial<SimCustomer>>(
  reportRows
    .filter((row) => row['user_id'] !== 0)
    .map((row) => {
      const order = row['date_last_order'];
      return [
        Number(row['user_id']),
        {
          last_active_gmt: '2026-11-24T00:00:00',
          last_order_gmt:
            typeof order === 'string'
              ? hourEarlier(order.replace(' ', 'T'))
              : '2026-11-24T02:29:40',
          orders_count: Number(row['orders_count']),
          total_spend: Number(row['total_spend'] ?? 12.5),
        },
      ];
    }),
);

/** The guests of the recorded store, ordered by their ids in the report (798 to 802). */
export function recordedGuests(): Guest[] {
  const order = rowsOf(
    exchanges.find(({ file }) => file === 'more-order-guest.json')?.response.body ?? '',
  )[0];
  const billing = order?.['billing'] as Guest['billing'];
  return reportRows
    .filter((row) => row['user_id'] === 0)
    .toSorted((a, b) => Number(a['id']) - Number(b['id']))
    .map((row, index) => ({
      orderId: index === 4 ? 31 : 15 + index,
      name: String(row['name']),
      billing: { ...billing, email: String(row['email']) },
      orderedGmt: hourEarlier(String(row['date_last_active_gmt'])),
      total: 25,
    }));
}

function hourEarlier(local: string): string {
  return new Date(Date.parse(`${local}Z`) - 3_600_000).toISOString().slice(0, 19);
}

/** The rows of `extra-odd-rows.json`, which were changed by SQL. */
export function oddRows(): Map<number, Partial<SimCustomer>> {
  const recorded = rowsOf(
    exchanges.find(({ file }) => file === 'extra-odd-rows.json')?.response.body ?? '',
  );
  const roles: Record<number, readonly string[]> = {
    49: ['customer', 'subscriber'],
    50: ['shop_manager', 'customer'],
    51: [],
    52: [],
  };
  return new Map(
    recorded.map((row) => [
      Number(row['id']),
      {
        date_created_gmt: row['date_created_gmt'] as string | null,
        date_modified_gmt: row['date_modified_gmt'] as string | null,
        first_name: String(row['first_name']),
        roles: roles[Number(row['id'])] ?? ['customer'],
      },
    ]),
  );
}
