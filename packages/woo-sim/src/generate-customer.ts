import { emptyBilling, emptyShipping } from './customer-record.ts';
import type { BillingAddress, MetaDatum, SimCustomer } from './customer-record.ts';
import { locales } from './people.ts';
import type { Locale } from './people.ts';
import { hashFraction } from './seeded-random.ts';
import { gmtText } from './store-time.ts';

/** A range of generated customers with ids `firstId` to `firstId + count - 1`. */
export interface Population {
  seed: number;
  firstId: number;
  count: number;
}

const openedMs = Date.UTC(2023, 0, 9, 8);
const threeYearsSeconds = 94_608_000;
const tiedRows = 6;
const dayMs = 86_400_000;

/**
 * Generates one customer from seed and id only, so that 100,000 of them need no memory.
 * People are fictional; addresses end in example.com or example.org with ASCII local parts. About
 * half have no `date_modified`, some no name, no billing address or no e-mail, a few nested meta.
 *
 * Not by faker: it must be seeded again for every id, which takes 0.6 ms a customer even with one locale, and a
 * store of 100,000 customers is generated many times in the tests. One locale has no names in other scripts.
 */
export function generateCustomer(population: Population, id: number): SimCustomer {
  const pick = (index: number): number => hashFraction(population.seed, id, index);
  const from: From = (items, index) => {
    const item = items[Math.floor(pick(index) * items.length)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  };
  const place = from(locales, 1);
  const named = pick(2) >= 0.03;
  const first_name = named ? from(place.first, 3) : '';
  const last_name = named && pick(4) >= 0.02 ? from(place.last, 5) : '';
  const login = `customer${id}`;
  const address = emailOf(first_name, last_name, id, pick(6));
  const email = pick(7) < 0.01 ? '' : address;
  const created = createdMs(population, id);
  const paying = pick(8) < 0.05;
  const lastActive = paying ? gmtText(dayOf(created + 40 * dayMs)) : null;
  return {
    id,
    date_created_gmt: gmtText(created),
    date_modified_gmt:
      pick(9) < 0.5 ? null : gmtText(created + Math.floor(7 + pick(10) * 30) * dayMs),
    email,
    first_name,
    last_name,
    roles: ['customer'],
    username: login,
    display_name: `${first_name} ${last_name}`.trim() || login,
    billing:
      pick(11) < 0.05 ? emptyBilling : billingOf(place, first_name, last_name, address, from, pick),
    shipping: shippingOf(place, first_name, last_name, from, pick),
    is_paying_customer: paying,
    meta_data: metaOf(id, place, pick),
    last_active_gmt: lastActive,
    last_order_gmt: lastActive,
    orders_count: paying ? 1 : 0,
    total_spend: paying ? 12.5 * (1 + Math.floor(pick(21) * 4)) : 0,
  };
}

/** The store records activity by the day. */
function dayOf(atMs: number): number {
  return atMs - (atMs % dayMs);
}

/** Registered in order of ids over three years, six at a time in the same second, since real stores have ties. */
function createdMs({ firstId, count }: Population, id: number): number {
  const step = Math.min(86_400, Math.max(1, Math.floor(threeYearsSeconds / Math.max(1, count))));
  const index = id - firstId;
  const first = index % 40 < tiedRows ? index - (index % 40) : index;
  return openedMs + first * step * 1000;
}

function emailOf(first: string, last: string, id: number, chance: number): string {
  const domain = chance < 0.5 ? 'example.com' : 'example.org';
  if (chance > 0.985) return `Mixed.Case+tag${id}@Example.COM`;
  const local = ascii(`${first}.${last}`);
  return `${local === '' ? 'customer' : `${local}.`}${id}@${domain}`;
}

function ascii(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const letters = plain.replace(/[^a-z.]+/g, '').replace(/^\.+|\.+$/g, '');
  return letters.length < 3 ? '' : letters;
}

type From = <T>(items: readonly T[], index: number) => T;

function billingOf(
  place: Locale,
  first_name: string,
  last_name: string,
  email: string,
  from: From,
  pick: (index: number) => number,
): BillingAddress {
  const [city, postcode] = from(place.towns, 12);
  return {
    first_name,
    last_name,
    company: pick(13) < 0.15 ? `Firma ${last_name} & Söhne GmbH` : '',
    address_1: `${from(place.streets, 14)} ${1 + Math.floor(pick(15) * 200)}`,
    address_2: '',
    city,
    postcode,
    country: place.country,
    state: place.state,
    email,
    phone: `${place.phone} ${1_000_000 + Math.floor(pick(16) * 8_999_999)}`,
  };
}

function shippingOf(
  place: Locale,
  first_name: string,
  last_name: string,
  from: From,
  pick: (index: number) => number,
): SimCustomer['shipping'] {
  if (pick(17) < 0.7) return emptyShipping;
  const { email: _email, ...address } = billingOf(place, first_name, last_name, '', from, pick);
  return { ...address, company: '', address_1: `Packstation ${100 + Math.floor(pick(18) * 899)}` };
}

function metaOf(id: number, place: Locale, pick: (index: number) => number): MetaDatum[] {
  if (pick(19) < 0.75) return [];
  const entries: MetaDatum[] = [
    { id: id * 10, key: 'erp_number', value: `K-${String(id).padStart(6, '0')}` },
  ];
  if (pick(20) < 0.2) {
    entries.push(
      { id: id * 10 + 1, key: 'vat_id', value: `${place.country}${100_000_000 + id}` },
      {
        id: id * 10 + 2,
        key: 'preferences',
        value: { newsletter: true, langs: ['de', 'ja'], note: "l'été 🌞", n: 1.5 },
      },
      { id: id * 10 + 3, key: 'html_note', value: '<b>VIP</b> & "friend" \\ backslash' },
    );
  }
  return entries;
}
