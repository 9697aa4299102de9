import { describe, expect, test } from 'vitest';
import { customersSearch } from '../customers/customers-search.ts';
import { keyOfSearch, withView } from './saved-views.ts';

describe('saved views', () => {
  test('are recognised by their filters, in any order and with parameters that mean nothing', () => {
    const key = keyOfSearch(customersSearch, { q: 'zoe', country: 'CH' });
    expect(keyOfSearch(customersSearch, { country: 'CH', utm: 'x', q: 'zoe' })).toBe(key);
    expect(keyOfSearch(customersSearch, { country: 'CH', status: undefined, q: 'zoe' })).toBe(key);
    expect(keyOfSearch(customersSearch, { country: 'AT', q: 'zoe' })).not.toBe(key);
  });

  test('replace those with the same name or the same filters, and are sorted by name', () => {
    const swiss = { name: 'Swiss', search: { country: 'CH' } };
    const paying = { name: 'Paying', search: { paying: true } };
    const add = (view: typeof swiss | typeof paying) =>
      withView<object>([swiss, paying], view, customersSearch).map(({ name, search }) => [
        name,
        search,
      ]);
    expect(add({ name: 'Austrian', search: { country: 'AT' } })).toEqual([
      ['Austrian', { country: 'AT' }],
      ['Paying', { paying: true }],
      ['Swiss', { country: 'CH' }],
    ]);
    expect(add({ name: 'Swiss', search: { country: 'AT' } })).toEqual([
      ['Paying', { paying: true }],
      ['Swiss', { country: 'AT' }],
    ]);
    expect(add({ name: 'Switzerland', search: { country: 'CH' } })).toEqual([
      ['Paying', { paying: true }],
      ['Switzerland', { country: 'CH' }],
    ]);
  });
});
