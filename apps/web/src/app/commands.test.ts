import { expect, test } from 'vitest';
import { aRun, aStore } from '../../test/run-fixture.ts';
import { findCommands } from './commands.ts';

const over = aRun({ state: 'done', phase: 'done' });
const stores = [
  aStore({ id: 'a', name: 'Berlin', lastRun: over }),
  aStore({ id: 'b', name: 'Old Berlin', lastRun: aRun() }),
  aStore({ id: 'c', name: 'Paris', state: 'paused' }),
];
const runs = Array.from({ length: 9 }, (_, index) => aRun({ runId: `run-${index}` }));
const labelsOf = (typed: string) =>
  findCommands(typed, { stores, runs }).map(({ label, kind }) => `${label} (${kind})`);

test('without a word it offers pages and the last runs, not every store', () => {
  const labels = labelsOf('  ');
  expect(labels[0]).toBe('Stores (Page)');
  expect(labels.filter((label) => label.includes('(Run'))).toHaveLength(5);
  expect(labels.join(' ')).not.toContain('Berlin');
});

test('all words are to be found, and what begins with them stands first', () => {
  expect(labelsOf('berlin')[0]).toBe('Berlin (Runs of store)');
  expect(labelsOf('sync berl')).toEqual([
    'Start sync of Berlin (Action)',
    'Find “sync berl” (Customers)',
  ]);
  expect(labelsOf('customers berl').slice(0, 2)).toEqual([
    'Berlin (Customers of store)',
    'Old Berlin (Customers of store)',
  ]);
  expect(labelsOf(' nothing of the kind ')).toEqual(['Find “nothing of the kind” (Customers)']);
});

test('a sync is offered where one can be started: not beside another, nor of a paused store', () => {
  expect(labelsOf('start sync of')).toEqual([
    'Start sync of Berlin (Action)',
    'Find “start sync of” (Customers)',
  ]);
});
