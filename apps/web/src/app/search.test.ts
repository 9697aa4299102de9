import { parse } from 'valibot';
import { expect, it } from 'vitest';
import { activityFilter, lineFilter, runSearch } from '../pages/run/run-search.ts';
import { connectSearch } from '../pages/connect/connect-search.ts';
import { customerFilter, customersSearch } from '../pages/customers/customers-search.ts';
import { runFilter, runsSearch } from '../pages/runs/runs-search.ts';
import { signInSearch } from '../pages/sign-in/sign-in-search.ts';
import { storesSearch } from '../pages/stores/stores-search.ts';

it.each([
  ['/runs?state=done', '/runs?state=done'],
  ['https://evil.example', undefined],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  [7, undefined],
])('leads back to %s only within the dashboard', (redirect, expected) => {
  expect(parse(signInSearch, { redirect }).redirect).toBe(expected);
});

it('drops what it cannot read of a filter', () => {
  const store = '0b0a3c1e-4f6b-4c1d-8a3e-0f1d2c3b4a59';
  expect(runFilter(parse(runsSearch, { store, state: 'partial' }))).toEqual({
    storeId: store,
    state: 'partial',
  });
  expect(runFilter(parse(runsSearch, { store: 'x', state: 'y' }))).toEqual({});
  const now = new Date(2026, 0, 31, 13, 45);
  expect(runFilter(parse(runsSearch, { starter: 'cron', days: 7 }), now.getTime())).toEqual({
    starters: ['cron'],
    from: new Date(2026, 0, 25).toISOString(),
  });
  expect(parse(storesSearch, { dialog: 'nuke' }).dialog).toBeUndefined();
});

it('lists failed customers unless the address asks for others, and drops what it cannot read', () => {
  expect(lineFilter(parse(runSearch, {}), 3)).toEqual({ state: 'failed' });
  expect(lineFilter(parse(runSearch, {}), 0)).toEqual({});
  const error = { code: 'schema', message: 'billing: expected an object' };
  const search = { lines: 'all', error, from: 51, to: 100, q: ' ', outcome: 'odd' };
  expect(lineFilter(parse(runSearch, search), 3)).toEqual({ failure: error, from: 51, to: 100 });
  expect(activityFilter(parse(runSearch, { levels: ['error'], text: ' all ', held: 0 }))).toEqual({
    levels: ['error'],
    text: 'all',
    until: 0,
  });
  expect(activityFilter(parse(runSearch, { levels: ['loud'], text: ' ', held: 'now' }))).toEqual(
    {},
  );
});

it('keeps the choices but not the one-time number of the redirect from the store', () => {
  const grant = '0b0a3c1e-4f6b-4c1d-8a3e-0f1d2c3b4a59';
  expect(parse(connectSearch, { grant, success: 0, user_id: 'f'.repeat(64) })).toEqual({
    grant,
    success: 0,
  });
  expect(parse(connectSearch, { grant: 'x', role: 'No Role', by: 'luck' })).toEqual({});
});

it('reads search parameters, digits included, and drops invalid ones', () => {
  expect(customerFilter(parse(customersSearch, {}))).toEqual({});
  expect(customerFilter(parse(customersSearch, { q: 4711, paying: false, sort: 'name' }))).toEqual({
    q: '4711',
    paying: false,
    sort: 'name',
  });
  const odd = {
    q: ' ',
    store: 'x',
    role: '',
    country: 7,
    paying: 'yes',
    status: 'odd',
    sort: 'age',
  };
  expect(customerFilter(parse(customersSearch, odd))).toEqual({});
});
