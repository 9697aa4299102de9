import { expect, test } from 'vitest';
import { batchSizeOf, countResults, describeBatch, openBatchOf } from './batch-counts.ts';

const counts = { created: 2, updated: 0, unchanged: 1, deleted: 0, retrying: 1, failed: 1 };

test('results are counted by outcome; released lines do not count', () => {
  const added = countResults(
    [
      { state: 'done', outcome: 'created' },
      { state: 'draft' },
      { state: 'failed' },
      { state: 'released' },
    ],
    { ...counts, created: 1, retrying: 0, failed: 0 },
  );
  expect(added).toEqual(counts);
  expect(batchSizeOf(added)).toBe(5);
});

test('an open batch is read from a cursor, with zeros for what is missing', () => {
  expect(openBatchOf({})).toEqual(countResults([]));
  expect(openBatchOf({ openBatch: { created: 3 } })).toEqual({ ...countResults([]), created: 3 });
});

test('a batch is described by its counts, and warns of failures', () => {
  expect(describeBatch(4, counts)).toMatchObject({
    level: 'warning',
    message: 'Batch 4: 5 customers (2 created, 1 unchanged, 1 retrying, 1 failed)',
    data: { batch: 4, lines: 5 },
  });
  expect(describeBatch(1, { ...countResults([]), created: 1 })).toMatchObject({
    level: 'info',
    message: 'Batch 1: 1 customer (1 created)',
  });
});
