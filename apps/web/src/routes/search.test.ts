import { expect, it } from 'vitest';
import { runFilter, runsSearch, signInSearch, storesSearch } from './search.ts';

it.each([
  ['/runs?state=done', '/runs?state=done'],
  ['https://evil.example', undefined],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  [7, undefined],
])('leads back to %s only within the dashboard', (redirect, expected) => {
  expect(signInSearch.parse({ redirect }).redirect).toBe(expected);
});

it('drops what it cannot read of a filter', () => {
  const store = '0b0a3c1e-4f6b-4c1d-8a3e-0f1d2c3b4a59';
  expect(runFilter(runsSearch.parse({ store, state: 'partial' }))).toEqual({
    storeId: store,
    state: 'partial',
  });
  expect(runFilter(runsSearch.parse({ store: 'x', state: 'y' }))).toEqual({});
  expect(storesSearch.parse({ dialog: 'nuke' }).dialog).toBeUndefined();
});
