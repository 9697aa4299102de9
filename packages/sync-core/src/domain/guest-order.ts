import { cleanJson } from './clean-json.ts';
import { parseWooDate } from './parse-woo-date.ts';

/** The customer details of an order placed without an account. */
export interface GuestOrder {
  orderId: number;
  /** Trimmed, lower case; identifies a guest within a store. */
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

/** Orders that were not placed: open checkouts and failed payments. */
const NO_ORDER: ReadonlySet<unknown> = new Set([
  'auto-draft',
  'draft',
  'checkout-draft',
  'failed',
  'trash',
]);

/** The address that WordPress writes when it erases a person. */
const ERASED = /@site\.invalid$/;

/** What an order contains: a guest, an erased guest, or neither (null). */
export type ReadOrder =
  | { kind: 'guest'; guest: GuestOrder }
  | { kind: 'erased'; orderId: number }
  | null;

/** Reads an order; null for an order of a customer, one that was not placed, and one without an address. */
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

/** When an order was modified, by the store's clock; null if missing. */
export function orderModifiedAt(row: unknown): Date | null {
  return parseWooDate(asObject(row)['date_modified_gmt']) ?? null;
}

/** A guest with one or more orders. */
export interface MergedGuest extends Omit<GuestOrder, 'orderId'> {
  orderIds: number[];
  firstOrderAt: Date | null;
}

/** Merges orders by address; the newest order gives the name. */
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

/** Returns objects of limited size only; PHP sends an empty list for an empty object. */
function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
