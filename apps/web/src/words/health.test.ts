import { expect, test } from 'vitest';
import { aRun, aStore } from '../../test/run-fixture.ts';
import { chooseStores, countHealths, healthOf, healthSentence } from './health.ts';

const at = '2026-01-01T10:00:00.000Z';
const later = '2026-01-02T10:00:00.000Z';
const over = (state: 'done' | 'partial' | 'failed') => aRun({ state, phase: state });
const good = aStore({ id: 'good', name: 'Store 10', customers: 5, lastRun: over('done') });
const poor = aStore({ id: 'poor', name: 'Store 9', customers: 50, lastRun: over('partial') });
const busy = aStore({ id: 'busy', name: 'Outlet', lastRun: aRun({ createdAt: later }) });
const calm = aStore({
  id: 'calm',
  lastRun: over('done'),
  state: 'paused',
  pause: { code: 'paused_by_person', reason: 'Stocktaking.', at, by: null, isByPerson: true },
});
const idle = aStore({ id: 'idle', name: 'Attic', url: 'https://old.example' });
const paused = aStore({
  id: 'paused',
  name: 'Zoo',
  state: 'paused',
  pause: {
    code: 'key_revoked',
    reason: 'The store refuses the key.',
    at,
    by: null,
    isByPerson: false,
  },
});
const all = [good, idle, poor, busy, paused];
const idsOf = (view: Parameters<typeof chooseStores>[1]) =>
  chooseStores(all, view).map(({ id }) => id);

test('a store is as its worst news says', () => {
  expect(all.map(healthOf)).toEqual(['good', 'new', 'poor', 'running', 'needs']);
  expect(healthOf(aStore({ lastRun: over('failed') }))).toBe('poor');
  expect([...countHealths([...all, good])]).toContainEqual(['good', 2]);
});

test('a pause on purpose is calm, one that Mantis Sync made is not', () => {
  expect(healthOf(calm)).toBe('paused');
  expect(healthSentence(calm)).toBe('Paused: Stocktaking.');
  expect(healthOf(paused)).toBe('needs');
});

test('the most severe come first by default', () => {
  expect(idsOf({})).toEqual(['paused', 'poor', 'busy', 'idle', 'good']);
  // As people count, not as machines do.
  expect(idsOf({ sort: 'name' })).toEqual(['idle', 'busy', 'poor', 'good', 'paused']);
  expect(idsOf({ sort: 'customers' }).slice(0, 2)).toEqual(['poor', 'good']);
  expect(idsOf({ sort: 'run' })[0]).toBe('busy');
  expect(idsOf({ sort: 'name', direction: 'desc' })).toEqual(idsOf({ sort: 'name' }).toReversed());
  expect(idsOf({ sort: 'customers', direction: 'asc' }).at(-1)).toBe('poor');
});

test('stores are found by health, and by a part of their name or address', () => {
  expect(idsOf({ health: 'running' })).toEqual(['busy']);
  expect(idsOf({ find: ' STORE ', sort: 'name' })).toEqual(['poor', 'good']);
  expect(idsOf({ find: 'old.ex' })).toEqual(['idle']);
  expect(idsOf({ find: 'store', health: 'needs' })).toEqual([]);
});
