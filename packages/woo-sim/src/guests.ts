import { emptyBilling } from './customer-record.ts';
import type { BillingAddress } from './customer-record.ts';
import { gmtText } from './store-time.ts';

/** A person who ordered without an account: one order each. */
export interface Guest {
  orderId: number;
  name: string;
  billing: BillingAddress;
  orderedGmt: string;
  total: number;
  /** `processing` by default. */
  status?: string;
  /** Of the order; the time it was placed by default. */
  modifiedGmt?: string;
}

const names = ['Gäst', 'Guest', '客人', 'ضيف', "O'Guest"];
const firstOrderMs = Date.UTC(2026, 0, 20, 9, 0, 1);

/** Generates `count` guests, the newest last. */
export function makeGuests(count: number): Guest[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index * 4 + 3;
    const first_name = names[index % names.length] ?? 'Guest';
    return {
      orderId: index * 4 + 15,
      name: `${first_name} No. ${number}`,
      billing: {
        ...emptyBilling,
        first_name,
        last_name: `No. ${number}`,
        address_1: `Gastweg ${number}`,
        city: 'Wien',
        postcode: '1010',
        country: 'AT',
        email: `guest${number}@example.com`,
        phone: '+43 1 12345',
      },
      orderedGmt: gmtText(firstOrderMs + index * 2000),
      total: 25,
    };
  });
}
