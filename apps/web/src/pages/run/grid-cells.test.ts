import { expect, it } from 'vitest';
import { aRun } from '../../../test/run-fixture.ts';
import {
  countedCells,
  describePart,
  placedCells,
  mostSevereState,
  type Part,
} from './grid-cells.ts';

const part = (from: number, numbers: Partial<Part>): Part => ({
  from,
  to: from + 49,
  draft: 0,
  processing: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  ...numbers,
});

it('shows where in the list something failed, and what the list has not brought yet', () => {
  const parts = [
    part(1, { done: 50 }),
    part(51, { done: 47, failed: 1, processing: 2 }),
    part(101, { done: 20, draft: 29, processing: 1 }),
    part(151, { done: 20, draft: 30 }),
    part(201, { draft: 50 }),
    part(251, { cancelled: 50 }),
  ];
  const { cells, hasPlaces } = placedCells(parts, 50, 470);
  expect(hasPlaces).toBe(true);
  expect(cells.map(({ state }) => state)).toEqual([
    'done',
    'failed',
    'processing',
    'partly_done',
    'draft',
    'cancelled',
    'unread',
    'unread',
    'unread',
  ]);
  expect(describePart(parts[1]!)).toBe(
    'Customers 51 to 100 of the list: 1 failed, 2 in progress, 47 synced',
  );
  expect(parts.map(mostSevereState)).toEqual([
    'done',
    'failed',
    'processing',
    'draft',
    'draft',
    'cancelled',
  ]);
});

it('draws squares from the counts where there is no map', () => {
  const { cells, hasPlaces } = countedCells(aRun());
  expect(hasPlaces).toBe(false);
  expect(cells).toHaveLength(4);
});
