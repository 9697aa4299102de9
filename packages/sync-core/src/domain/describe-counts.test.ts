import { expect, it } from 'vitest';
import { describeCounts } from './describe-counts.ts';

const outcomes = { created: 790, updated: 4, unchanged: 3, deleted: 0 };
const counts = { total: 797, draft: 0, processing: 0, done: 797, failed: 0, cancelled: 0 };

it('describes the result of a run', () => {
  expect(describeCounts(counts, outcomes)).toBe(
    '797 of 797 customers synced (790 created, 4 updated, 3 unchanged, 0 failed)',
  );
});

it('names deleted and cancelled customers only where there are some', () => {
  expect(
    describeCounts({ ...counts, done: 790, failed: 2, cancelled: 5 }, { ...outcomes, deleted: 1 }),
  ).toBe(
    '790 of 797 customers synced (790 created, 4 updated, 3 unchanged, 2 failed, 1 deleted, 5 cancelled)',
  );
});
