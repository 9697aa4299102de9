import { cleanJson } from './clean-json.ts';
import { parseWooDate } from './parse-woo-date.ts';

/** Somebody who ordered without an account, as one of their orders has them. */
export interface GuestOrder {
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

/** The guest of an order; null for an order of a customer, and for one without an address. */
export function parseGuestOrder(row: unknown): GuestOrder | null {
  const order = asObject(row);
  if (Number(order['customer_id'] ?? 0) !== 0) return null;
  const billing = asObject(cleanJson(asObject(order['billing']), () => undefined));
  const email = textOf(billing['email']).toLowerCase();
  if (!email.includes('@')) return null;
  return {
    email,
    firstName: textOf(billing['first_name']),
    lastName: textOf(billing['last_name']),
    company: textOf(billing['company']),
    phone: textOf(billing['phone']),
    city: textOf(billing['city']),
    country: textOf(billing['country']),
    orderedAt: parseWooDate(order['date_created_gmt']) ?? null,
  };
}

/** One guest an address: of several orders the newest names them. */
export function mergeGuestOrders(
  orders: readonly GuestOrder[],
): (GuestOrder & { firstOrderAt: Date | null })[] {
  const guests = new Map<string, GuestOrder & { firstOrderAt: Date | null }>();
  for (const order of orders) {
    const known = guests.get(order.email);
    const newest = !known || timeOf(order.orderedAt) >= timeOf(known.orderedAt) ? order : known;
    const firsts = [order.orderedAt, known?.firstOrderAt ?? null].filter((at) => at !== null);
    const firstOrderAt = firsts.toSorted((a, b) => timeOf(a) - timeOf(b))[0] ?? null;
    guests.set(order.email, { ...newest, firstOrderAt });
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
