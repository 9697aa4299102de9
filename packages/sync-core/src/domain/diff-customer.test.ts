import { expect, test } from 'vitest';
import type { MappedCustomer } from './customer-mapping.ts';
import { diffCustomer, fillUnknown, isErasure } from './diff-customer.ts';

const customer: MappedCustomer = {
  wooId: 5,
  email: 'ada@shop.test',
  username: 'ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
  role: 'customer',
  company: 'Engines',
  phone: '1',
  city: 'Basel',
  country: 'CH',
  billing: { city: 'Basel', company: 'Engines' },
  shipping: {},
  isPayingCustomer: false,
  avatarUrl: null,
  metaData: [{ id: 1, key: 'vat', value: { b: 1, a: [2] } }],
  extra: {},
  dateCreated: null,
  dateModified: null,
  unknown: [],
};
const stored = {
  email: 'ada@shop.test',
  username: 'ada',
  first_name: 'Ada',
  last_name: 'Lovelace',
  role: 'customer',
  is_paying_customer: false,
  avatar_url: null,
  billing: { company: 'Engines', city: 'Basel' },
  shipping: {},
  meta_data: [{ id: 1, key: 'vat', value: { a: [2], b: 1 } }],
  extra: {},
};

test('the same content, with keys in another order, is no change', () => {
  expect(diffCustomer(stored, customer)).toEqual([]);
});

test('fields, parts of addresses and meta data are named', () => {
  const before = {
    ...stored,
    email: null,
    billing: { city: 'Bern', phone: '2' },
    meta_data: [
      { id: 1, key: 'vat', value: 'old' },
      { id: 2, key: 'gone', value: 1 },
    ],
  };
  expect(diffCustomer(before, customer)).toEqual([
    { field: 'email', from: null, to: 'ada@shop.test' },
    { field: 'billing.city', from: 'Bern', to: 'Basel' },
    { field: 'billing.phone', from: '2', to: null },
    { field: 'billing.company', from: null, to: 'Engines' },
    { field: 'meta.gone', from: 1, to: null },
    { field: 'meta.vat', from: 'old', to: { b: 1, a: [2] } },
  ]);
});

test('a key that meta data has twice is compared as a whole', () => {
  const twice = [
    { id: 1, key: 'tag', value: 'a' },
    { id: 2, key: 'tag', value: 'b' },
  ];
  expect(diffCustomer({ ...stored, meta_data: twice }, { ...customer, metaData: twice })).toEqual(
    [],
  );
});

test('omitted fields are filled with stored values, and are no change (R3)', () => {
  const hidden: MappedCustomer = {
    ...customer,
    metaData: [],
    billing: {},
    city: '',
    company: '',
    unknown: ['metaData', 'billing'],
  };
  const filled = fillUnknown(hidden, stored);
  expect(diffCustomer(stored, filled)).toEqual([]);
  expect(filled).toMatchObject({ city: 'Basel', company: 'Engines', metaData: stored.meta_data });
});

test('kind 5: a visit, another avatar and renumbered meta data are no change', () => {
  const visited = {
    ...customer,
    avatarUrl: 'https://1.gravatar.test/a?t=2',
    metaData: [
      { id: 8, key: 'wc_last_active', value: '2' },
      { id: 9, key: 'vat', value: { b: 1, a: [2] } },
    ],
  };
  expect(diffCustomer(stored, visited)).toEqual([]);
});

test.each([
  ['both addresses emptied', {}, true],
  ['one address left', { shipping: { city: 'Basel' } }, false],
  ['an address that the key may not read', { unknown: ['shipping'] }, false],
] as const)('%s: an erasure or not', (_, changes, expected) => {
  const emptied = {
    ...customer,
    billing: { city: '' },
    ...changes,
    unknown: [...('unknown' in changes ? changes.unknown : [])],
  };
  expect(isErasure(stored, emptied)).toBe(expected);
});

test('a customer without addresses cannot be erased', () => {
  expect(isErasure({ ...stored, billing: {} }, { ...customer, billing: {} })).toBe(false);
});

test('what is not stored counts as empty', () => {
  const empty = { ...customer, billing: {}, metaData: [], isPayingCustomer: false };
  const missing = { ...stored, billing: null, shipping: 'none', extra: null, meta_data: null };
  expect(diffCustomer(missing, empty)).toEqual([]);
  const before = { ...missing, is_paying_customer: null, last_name: null };
  expect(diffCustomer(before, empty)).toEqual([
    { field: 'last_name', from: null, to: 'Lovelace' },
    { field: 'is_paying_customer', from: null, to: false },
  ]);
});

test('a customer without omitted fields stays as it is', () => {
  expect(fillUnknown(customer, {})).toBe(customer);
});

test('omitted dates are filled with the stored ones', () => {
  const hidden: MappedCustomer = { ...customer, unknown: ['dateCreated', 'dateModified'] };
  const dates = { woo_created_at: '2026-01-20T09:00:01Z', woo_modified_at: null };
  expect(fillUnknown(hidden, { ...stored, ...dates })).toMatchObject({
    dateCreated: new Date('2026-01-20T09:00:01Z'),
    dateModified: null,
  });
});

test('an omitted address that is stored empty leaves the columns of its parts empty', () => {
  const hidden: MappedCustomer = { ...customer, unknown: ['billing'] };
  expect(fillUnknown(hidden, { ...stored, billing: {} })).toMatchObject({
    company: '',
    phone: '',
    city: '',
    country: '',
  });
});
