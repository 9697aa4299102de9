import { expect, it } from 'vitest';
import { bucketSeconds, countedStates, linesPerCell } from './run-detail.ts';

it.each([0, 1, 118, 119, 120, 3_600, 86_400, 9e6, 3e7])(
  'cuts %i s into no more than 120 even stretches, and not into a few where more fit',
  (span) => {
    const seconds = bucketSeconds(span);
    // Wherever the first interval begins, there may be one more at either end.
    const needed = Math.ceil(span / seconds) + 1;
    expect(needed).toBeLessThanOrEqual(120);
    if (seconds > 1) expect(needed).toBeGreaterThan(30);
  },
);

it.each([0, 1, 50, 797, 12_000, 12_001, 1_000_000])(
  'puts %i lines into no more than 240 cells of whole batches',
  (total) => {
    const perCell = linesPerCell(total, 50);
    expect(perCell % 50).toBe(0);
    expect(Math.ceil(total / perCell)).toBeLessThanOrEqual(240);
    if (perCell > 50) expect(Math.ceil(total / (perCell - 50))).toBeGreaterThan(240);
  },
);

it.each([
  [
    { draft: 25_000, done: 25_000 },
    { counted: ['draft', 'done'], rest: null },
  ],
  [
    { done: 999_000, failed: 1_000 },
    { counted: ['failed'], rest: 'done' },
  ],
  [{ failed: 50_001 }, { counted: [], rest: 'failed' }],
  [
    { draft: 900_000, processing: 100 },
    { counted: ['processing'], rest: 'draft' },
  ],
  // Too many of them, and a state without an index.
  [{ done: 60_000, draft: 50_001 }, null],
  [{ draft: 60_000, done: 1 }, null],
])('counts the lines of %o where they are few or have an index', (numbers, plan) => {
  const total = Object.values(numbers).reduce((sum, number) => sum + number, 0);
  const none = { draft: 0, processing: 0, done: 0, failed: 0, cancelled: 0 };
  expect(countedStates({ ...none, ...numbers, total })).toEqual(plan);
});
