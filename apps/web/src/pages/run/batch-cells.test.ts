import { describe, expect, it } from 'vitest';
import { aRun } from '../../../test/run-fixture.ts';
import { batchCells } from './batch-cells.ts';
import type { Run } from '../../api/trpc.ts';

const counts = (changes: Partial<Run['counts']>): Run['counts'] => ({
  total: 0,
  draft: 0,
  processing: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  ...changes,
});

describe('batchCells', () => {
  it('has a square for each batch, in the order of its end', () => {
    const run = aRun({ counts: counts({ total: 200, done: 100, processing: 50, draft: 50 }) });
    expect(batchCells(run)).toEqual({
      cells: ['done', 'done', 'processing', 'draft'],
      perCell: 50,
    });
  });

  it('shows one failure among many', () => {
    const run = aRun({ counts: counts({ total: 797, done: 796, failed: 1 }) });
    const { cells } = batchCells(run);
    expect(cells).toHaveLength(16);
    expect(cells.filter((cell) => cell === 'failed')).toHaveLength(1);
  });

  it('shows customers that the store has but the list has not yet', () => {
    const run = aRun({
      counts: counts({ total: 100, done: 100 }),
      discovery: { ...aRun().discovery, state: 'walking', storeTotal: 250 },
    });
    expect(batchCells(run).cells).toEqual(['done', 'done', 'unread', 'unread', 'unread']);
  });

  it('is empty before the first request', () => {
    const discovery = { ...aRun().discovery, state: 'pending' as const, storeTotal: null };
    expect(batchCells(aRun({ counts: counts({}), discovery })).cells).toEqual([]);
  });

  it('puts several batches into a square of a large run', () => {
    const { cells, perCell } = batchCells(
      aRun({ counts: counts({ total: 100_000, draft: 100_000 }) }),
    );
    expect(cells.length).toBeLessThanOrEqual(240);
    expect(cells.length * perCell).toBeGreaterThanOrEqual(100_000);
    expect(perCell % 50).toBe(0);
  });

  it.each([
    { done: 1, failed: 1, processing: 1, draft: 1, cancelled: 1 },
    { done: 24, failed: 24, draft: 24, cancelled: 25 },
    { done: 75, failed: 75, draft: 75 },
  ])('has exactly as many squares as batches, or one for each state: %o', (numbers) => {
    const total = Object.values(numbers).reduce((sum, number) => sum + number, 0);
    const { cells, perCell } = batchCells(aRun({ counts: counts({ total, ...numbers }) }));
    expect(cells).toHaveLength(Math.ceil(total / perCell));
  });
});
