import { cleanJson } from './clean-json.ts';
import { parseWooDate } from './parse-woo-date.ts';

/** Somebody who ordered without an account, as one of their orders has them. */
export interface GuestOrder {
  orderId: number;
  /** Trimmed, in lower case: what a guest is known by within a store. */
  email: string;
  firstName: string;
  lastName: string;
  company: string;
  phone: string;
  city: string;
  country: string;
  orderedAt: Date | null;
}

const MAX_TEXT = 500;

/** Orders that nobody placed: carts at the checkout, and payments that failed. */
const NO_ORDER: ReadonlySet<unknown> = new Set([
  'auto-draft',
  'draft',
  'checkout-draft',
  'failed',
  'trash',
]);

/** What WordPress puts in the place of an address when it erases a person. */
const ERASED = /@site\.invalid$/;

/** What an order says: of a guest, of one whom the store has erased, or nothing (null). */
export type ReadOrder =
  | { kind: 'guest'; guest: GuestOrder }
  | { kind: 'erased'; orderId: number }
  | null;

/** Reads an order; null for one of a customer, one that was not placed, and one without an address. */
export function readGuestOrder(row: unknown): ReadOrder {
  const order = asObject(row);
  const { id: orderId } = order;
  if (!Number.isSafeInteger(orderId) || Number(order['customer_id'] ?? 0) !== 0) return null;
  const billing = asObject(cleanJson(asObject(order['billing']), () => undefined));
  const email = textOf(billing['email']).toLowerCase();
  if (ERASED.test(email)) return { kind: 'erased', orderId: orderId as number };
  if (NO_ORDER.has(order['status']) || !email.includes('@')) return null;
  return {
    kind: 'guest',
    guest: {
      orderId: orderId as number,
      email,
      firstName: textOf(billing['first_name']),
      lastName: textOf(billing['last_name']),
      company: textOf(billing['company']),
      phone: textOf(billing['phone']),
      city: textOf(billing['city']),
      country: textOf(billing['country']),
      orderedAt: parseWooDate(order['date_created_gmt']) ?? null,
    },
  };
}

/** When an order was changed, by the store's clock; null where it does not say. */
export function orderModifiedAt(row: unknown): Date | null {
  return parseWooDate(asObject(row)['date_modified_gmt']) ?? null;
}

/** A guest of several orders. */
export interface MergedGuest extends Omit<GuestOrder, 'orderId'> {
  orderIds: number[];
  firstOrderAt: Date | null;
}

/** One guest an address: of several orders the newest names them. */
export function mergeGuestOrders(orders: readonly GuestOrder[]): MergedGuest[] {
  const guests = new Map<string, MergedGuest>();
  for (const { orderId, ...order } of orders) {
    const known = guests.get(order.email);
    const newest = !known || timeOf(order.orderedAt) >= timeOf(known.orderedAt) ? order : known;
    const firsts = [order.orderedAt, known?.firstOrderAt ?? null].filter((at) => at !== null);
    const firstOrderAt = firsts.toSorted((a, b) => timeOf(a) - timeOf(b))[0] ?? null;
    const orderIds = [...(known?.orderIds ?? []), orderId];
    guests.set(order.email, { ...newest, orderIds, firstOrderAt });
  }
  return [...guests.values()];
}

function timeOf(at: Date | null): number {
  return at?.getTime() ?? 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, MAX_TEXT) : '';
}

/** Only what is small enough to look at; PHP sends an empty list for an empty object. */
function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
