import type { SimCustomer, Viewer } from './customer-record.ts';
import { checkRight } from './customer-rights.ts';
import type { CustomerStore } from './customer-store.ts';
import type { Guest } from './guests.ts';
import { errorAnswer, listAnswer, withAllow } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';
import { checkParams, textOf } from './rest-params.ts';
import type { ParamRules } from './rest-params.ts';
import { pageWindow } from './select-customers.ts';
import { storeText } from './store-time.ts';

/** One row of the look-up table: its own id, not the user's; guests have user 0. */
interface Lookup {
  id: number;
  user_id: number;
  username: string;
  name: string;
  email: string;
  country: string;
  city: string;
  state: string;
  postcode: string;
  registered: string | null;
  lastActive: string | null;
  lastOrder: string | null;
  orders: number;
  spent: number;
}

const reportParams: ParamRules = {
  page: { type: 'integer', minimum: 1 },
  per_page: { type: 'integer', minimum: 1, maximum: 100 },
  order: { type: 'enum', values: ['asc', 'desc'] },
};

/** `wc-analytics/reports/customers`: GMT dates are wrong by an offset, as in the real report. */
export function createAnalytics(customers: CustomerStore, guests: readonly Guest[]) {
  let table: Lookup[] = [];
  let tableVersion = -1;
  const lookups = (): Lookup[] => {
    if (tableVersion !== customers.version) {
      const registered = customers.list({ role: 'customer' }).map(customerLookup);
      table = [
        ...registered,
        ...guests.map((guest, index) => guestLookup(guest, registered.length + index + 1)),
      ];
      tableVersion = customers.version;
    }
    return table;
  };

  return function answerAnalytics(context: RestContext): Answer {
    const refused = checkRight(context.key, 'list');
    const wrong = checkParams(context.query, reportParams);
    if (wrong) return withAllow(errorAnswer(wrong), refused ? [] : ['GET']);
    if (refused) return errorAnswer(refused);
    const wanted = sorted(
      lookups().filter((row) => passes(row, context)),
      context,
    );
    const window = pageWindow(context.query);
    const rows = wanted
      .slice(window.offset, window.offset + window.limit)
      .map((row) => ({ id: row.user_id, value: lookupRow(row, context.viewer) }));
    return withAllow(listAnswer(context, { window, total: wanted.length, rows }), ['GET']);
  };
}

function passes(row: Lookup, { query }: RestContext): boolean {
  const within = (name: string, date: string | null): boolean => {
    const after = textOf(query, `${name}_after`);
    const before = textOf(query, `${name}_before`);
    if (after === undefined && before === undefined) return true;
    return date !== null && date >= (after ?? '') && (before === undefined || date <= before);
  };
  return (
    within('registered', row.registered) &&
    within('last_active', row.lastActive) &&
    within('last_order', row.lastOrder)
  );
}

const orderings: Record<string, (row: Lookup) => string | number> = {
  date_registered: (row) => row.registered ?? '',
  date_last_active: (row) => row.lastActive ?? '',
  date_last_order: (row) => row.lastOrder ?? '',
  username: (row) => row.username,
  name: (row) => row.name,
  orders_count: (row) => row.orders,
  total_spend: (row) => row.spent,
};

function sorted(rows: Lookup[], { query }: RestContext): Lookup[] {
  const keyOf =
    orderings[textOf(query, 'orderby') ?? 'date_registered'] ??
    ((row: Lookup) => row.registered ?? '');
  const sign = textOf(query, 'order') === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    return left < right ? -sign : left > right ? sign : a.id - b.id;
  });
}

function customerLookup(customer: SimCustomer, index: number): Lookup {
  return {
    id: index + 1,
    user_id: customer.id,
    username: customer.username,
    name: `${customer.first_name} ${customer.last_name}`,
    email: customer.email,
    country: customer.billing.country,
    city: customer.billing.city,
    state: customer.billing.state,
    postcode: customer.billing.postcode,
    registered: customer.date_created_gmt,
    lastActive: customer.last_active_gmt,
    lastOrder: customer.last_order_gmt,
    orders: customer.orders_count,
    spent: customer.total_spend,
  };
}

function guestLookup(guest: Guest, id: number): Lookup {
  return {
    id,
    user_id: 0,
    username: '',
    name: guest.name,
    email: guest.billing.email,
    country: guest.billing.country,
    city: guest.billing.city,
    state: guest.billing.state,
    postcode: guest.billing.postcode,
    registered: null,
    lastActive: guest.orderedGmt,
    lastOrder: guest.orderedGmt,
    orders: 1,
    spent: guest.total,
  };
}

function lookupRow(row: Lookup, viewer: Viewer): Record<string, unknown> {
  return {
    id: row.id,
    user_id: row.user_id,
    username: row.username,
    name: row.name,
    email: row.email,
    country: row.country,
    city: row.city,
    state: row.state,
    postcode: row.postcode,
    date_registered: storeText(row.registered),
    date_last_active: row.lastActive,
    date_last_order: storeText(row.lastOrder)?.replace('T', ' ') ?? null,
    orders_count: row.orders,
    total_spend: row.spent,
    avg_order_value: row.orders > 0 ? row.spent / row.orders : 0,
    date_registered_gmt: row.registered,
    date_last_active_gmt: storeText(row.lastActive),
    _links: {
      customer: [{ href: viewer.restUrl(`/wc-analytics/customers/${row.id}`) }],
      collection: [{ href: viewer.restUrl('/wc-analytics/customers') }],
    },
  };
}
