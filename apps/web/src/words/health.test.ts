import { expect, test } from 'vitest';
import { aRun, aStore } from '../../test/run-fixture.ts';
import type { Store } from '../api/trpc.ts';
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

test('the health of a store is that of its most severe problem', () => {
  expect(all.map(healthOf)).toEqual(['good', 'new', 'poor', 'running', 'needs']);
  expect(healthOf(aStore({ lastRun: over('failed') }))).toBe('poor');
  expect([...countHealths([...all, good])]).toContainEqual(['good', 2]);
});

test('a pause by a person needs no attention, one by Mantis Sync does', () => {
  expect(healthOf(calm)).toBe('paused');
  expect(healthSentence(calm)).toBe('Paused: Stocktaking.');
  expect(healthOf(paused)).toBe('needs');
});

const active = {
  ...good.freshness,
  webhooks: { state: 'active', gapSince: null, lastDeliveryAt: null },
} as const;
const failing = (failed: number) => {
  const run = over('partial');
  return { ...run, counts: { ...run.counts, failed } };
};

test.each<[string, Partial<Store>, string]>([
  ['healthy', { customers: 20_000 }, 'All 20,000 customers are up to date.'],
  ['healthy with one customer', { customers: 1 }, '1 customer is up to date.'],
  ['empty', { customers: 0 }, 'Synced; the store has no customers.'],
  [
    'healthy with webhooks',
    { customers: 2, freshness: active },
    'All 2 customers are up to date, and webhooks deliver changes as they happen.',
  ],
  [
    'forced done',
    {
      lastRun: {
        ...over('done'),
        forced: { by: { type: 'user', id: '1', name: 'Ada' }, reason: '', at, cancelled: 1 },
      },
    },
    'The last run was forced done, so some customers may be out of date until the next run.',
  ],
  ['new', { lastRun: null }, 'Not synced yet.'],
  [
    'paused by somebody with a name',
    { pause: { ...calm.pause!, by: { type: 'user', id: '1', name: 'Ada' } } },
    'Paused by Ada: Stocktaking.',
  ],
  ['paused by Mantis Sync', { pause: paused.pause }, 'The store refuses the key.'],
  ['in progress', { lastRun: aRun() }, 'A run is in progress: processing.'],
  [
    'partial',
    { lastRun: failing(1_200) },
    '1,200 customers failed in the last run; all others are up to date.',
  ],
  [
    'partial by one',
    { lastRun: failing(1) },
    '1 customer failed in the last run; all others are up to date.',
  ],
  [
    'failed',
    { lastRun: { ...over('failed'), phaseText: 'the store was away' } },
    'The last run failed: the store was away.',
  ],
])('the health of a store that is %s, in one sentence', (_, change, expected) => {
  expect(healthSentence({ ...good, ...change })).toBe(expected);
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
