import { emptyShipping } from './customer-record.ts';
import type { Viewer } from './customer-record.ts';
import { checkRight } from './customer-rights.ts';
import type { Guest } from './guests.ts';
import type { PhpQuery } from './php-query.ts';
import { errorAnswer, listAnswer, withAllow } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';
import { checkParams, numberOf, textOf } from './rest-params.ts';
import type { ParamRules } from './rest-params.ts';
import { pageWindow } from './select-customers.ts';
import { storeText } from './store-time.ts';

const orderParams: ParamRules = {
  context: { type: 'enum', values: ['view', 'edit'] },
  page: { type: 'integer', minimum: 1 },
  per_page: { type: 'integer', minimum: 1, maximum: 100 },
  offset: { type: 'integer' },
  order: { type: 'enum', values: ['asc', 'desc'] },
  customer: { type: 'integer' },
};

/** `GET orders`, newest first: only guests have orders. */
export function answerOrders(
  {
    guests,
    ordersIgnoreModifiedAfter,
  }: { guests: readonly Guest[]; ordersIgnoreModifiedAfter: boolean },
  context: RestContext,
): Answer {
  const refused = checkRight(context.key, 'list');
  const wrong = checkParams(context.query, orderParams);
  if (wrong) return withAllow(errorAnswer(wrong), refused ? [] : ['GET', 'POST']);
  if (refused) return errorAnswer(refused);
  const customer = numberOf(context.query, 'customer') ?? 0;
  const after = ordersIgnoreModifiedAfter ? '' : (textOf(context.query, 'modified_after') ?? '');
  const orders = (customer === 0 ? guests : []).filter(
    (guest) => (storeText(modifiedOf(guest)) ?? '') > after,
  );
  const sorted =
    textOf(context.query, 'orderby') === 'modified'
      ? orders.toSorted((a, b) => (modifiedOf(a) < modifiedOf(b) ? -1 : 1))
      : orders;
  const newestFirst = textOf(context.query, 'order') === 'asc' ? sorted : sorted.toReversed();
  const window = pageWindow(context.query);
  const rows = newestFirst
    .slice(window.offset, window.offset + window.limit)
    .map((guest) => ({ id: 0, value: orderRow(guest, context.viewer) }));
  const page = { window, total: orders.length, rows, echo: withDefaults(context.query) };
  return withAllow(listAnswer(context, page), ['GET', 'POST']);
}

const modifiedOf = (guest: Guest): string => guest.modifiedGmt ?? guest.orderedGmt;

/** The orders route adds defaults to the request, so they appear in its `Link` header. */
function withDefaults(query: PhpQuery): PhpQuery {
  const defaults: PhpQuery = new Map();
  defaults.set('status', new Map([['0', 'any']]));
  defaults.set('dp', '2');
  defaults.set('context', 'view');
  return new Map([...query, ...[...defaults].filter(([name]) => !query.has(name))]);
}

function orderRow(guest: Guest, viewer: Viewer): Record<string, unknown> {
  const { orderId } = guest;
  const orderKey = `wc_order_${orderId.toString(36).padStart(13, 'k')}`;
  const ordered = storeText(guest.orderedGmt);
  const total = guest.total.toFixed(2);
  const { email, phone, ...address } = guest.billing;
  const { state, postcode, country, ...street } = address;
  const allow = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  return {
    id: orderId,
    parent_id: 0,
    status: guest.status ?? 'processing',
    currency: 'EUR',
    version: '10.0.2',
    prices_include_tax: false,
    date_created: ordered,
    date_modified: storeText(guest.modifiedGmt ?? guest.orderedGmt),
    ...zeroTotals(),
    total,
    total_tax: '0.00',
    customer_id: 0,
    order_key: orderKey,
    billing: { ...street, state, postcode, country, email, phone },
    shipping: orderShipping(),
    payment_method: '',
    payment_method_title: '',
    transaction_id: '',
    customer_ip_address: '',
    customer_user_agent: '',
    created_via: '',
    customer_note: '',
    date_completed: null,
    date_paid: ordered,
    cart_hash: '',
    number: String(orderId),
    meta_data: [],
    line_items: [lineItem(orderId, total)],
    tax_lines: [],
    shipping_lines: [],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
    payment_url: `${viewer.home}/checkout/order-pay/${orderId}/?pay_for_order=true&key=${orderKey}`,
    is_editable: false,
    needs_payment: false,
    needs_processing: true,
    date_created_gmt: guest.orderedGmt,
    date_modified_gmt: guest.modifiedGmt ?? guest.orderedGmt,
    date_completed_gmt: null,
    date_paid_gmt: guest.orderedGmt,
    currency_symbol: '€',
    _links: {
      self: [{ href: viewer.restUrl(`/wc/v3/orders/${orderId}`), targetHints: { allow } }],
      collection: [{ href: viewer.restUrl('/wc/v3/orders') }],
      email_templates: [
        {
          embeddable: true,
          href: viewer.restUrl(`/wc/v3/orders/${orderId}/actions/email_templates`),
        },
      ],
    },
  };
}

function zeroTotals(): Record<string, string> {
  const names = ['discount_total', 'discount_tax', 'shipping_total', 'shipping_tax', 'cart_tax'];
  return Object.fromEntries(names.map((name) => [name, '0.00']));
}

function orderShipping(): Record<string, string> {
  const { state, postcode, country, phone, ...street } = emptyShipping;
  return { ...street, state, postcode, country, phone };
}

function lineItem(orderId: number, total: string): Record<string, unknown> {
  return {
    id: orderId + 1,
    name: 'Kaffee “Ünïcode” ☕ 250 g',
    product_id: 11,
    variation_id: 0,
    quantity: 2,
    tax_class: '',
    subtotal: total,
    subtotal_tax: '0.00',
    total,
    total_tax: '0.00',
    taxes: [],
    meta_data: [],
    sku: 'KAF-250',
    price: 12.5,
    image: { id: '', src: '' },
    parent_name: null,
  };
}
