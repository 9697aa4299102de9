import { expect, test } from 'vitest';
import type { CustomerItem } from '../api/trpc.ts';
import { aRun, aStore } from '../../test/run-fixture.ts';
import { findCommands } from './commands.ts';

const over = aRun({ state: 'done', phase: 'done' });
const stores = [
  aStore({ id: 'a', name: 'Berlin', lastRun: over }),
  aStore({ id: 'b', name: 'Old Berlin', lastRun: aRun() }),
  aStore({ id: 'c', name: 'Paris', state: 'paused' }),
];
const runs = Array.from({ length: 9 }, (_, index) => aRun({ runId: `run-${index}` }));
const everything = { canOperate: true, canAdmin: true };
const labelsOf = (typed: string, access = everything) =>
  findCommands(typed, { stores, runs, customers: [], access }).map(
    ({ label, kind }) => `${label} (${kind})`,
  );

test('an empty search offers pages and the last runs, not every store', () => {
  const labels = labelsOf('  ');
  expect(labels[0]).toBe('Stores (Page)');
  expect(labels.filter((label) => label.includes('(Run'))).toHaveLength(5);
  expect(labels.join(' ')).not.toContain('Berlin');
});

test('all words must match, and labels that begin with them come first', () => {
  expect(labelsOf('berlin')[0]).toBe('Berlin (Store)');
  expect(labelsOf('run berl')).toEqual([
    'Start a run of Berlin (Action)',
    'Search customers for “run berl” (Customers)',
  ]);
  expect(labelsOf('customers berl').slice(0, 2)).toEqual([
    'Berlin (Customers of store)',
    'Old Berlin (Customers of store)',
  ]);
  expect(labelsOf(' nothing ')).toEqual(['Search customers for “nothing” (Customers)']);
});

test('starting a run is offered only without an active run and for an active store', () => {
  expect(labelsOf('start a run').filter((label) => label.includes('Action'))).toEqual([
    'Start a run of Berlin (Action)',
  ]);
});

test('the many runs of a store leave room for what can be done with it', () => {
  const labels = findCommands('main', {
    stores: [aStore({ name: 'Main shop', lastRun: over })],
    runs,
    customers: [],
    access: everything,
  }).map(({ label }) => label);
  expect(labels).toContain('Start a run of Main shop');
  expect(labels.filter((label) => label === 'Main shop, full sync')).toHaveLength(5);
});

test('actions without permission are not offered', () => {
  const access = { canOperate: false, canAdmin: false };
  expect(labelsOf('start a run', access)).toHaveLength(1);
  expect(labelsOf('', access)).not.toContain('Connect store (Action)');
});

test('customers that were found are offered by name and email', () => {
  const customer = {
    storeId: 'a',
    wooId: 7,
    firstName: 'Zoé',
    lastName: 'Müller',
    email: 'zoe@shop.test',
    company: '',
    username: '',
  } as CustomerItem;
  const found = findCommands('zoe', { stores, runs, customers: [customer], access: everything });
  expect(found.map(({ label }) => label)).toEqual([
    'Zoé Müller, zoe@shop.test',
    'Search customers for “zoe”',
  ]);
});
