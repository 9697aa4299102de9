import { expect, test } from 'vitest';
import { describeReconcile, reconcileReport } from './reconcile-report.ts';

const outcomes = { created: 1, updated: 177, deleted: 2, unchanged: 620 };

test('a reconcile says how many rows differed, were repaired, and could not be (R1)', () => {
  const report = reconcileReport({ failed: 3, cancelled: 0 }, outcomes);
  expect(report).toEqual({ compared: 803, differed: 183, repaired: 180, notRepaired: 3 });
  expect(describeReconcile(report, outcomes)).toBe(
    'Compared 803 customers with the store; 183 differed, 180 were repaired (1 new, 177 changed, 2 deleted). ' +
      '3 could not be repaired: see the failed customers.',
  );
});

test('and says if all are equal or were repaired', () => {
  const equal = { created: 0, updated: 0, deleted: 0, unchanged: 5 };
  const none = { failed: 0, cancelled: 0 };
  expect(describeReconcile(reconcileReport(none, equal), equal)).toContain('all are equal');
  expect(describeReconcile(reconcileReport(none, outcomes), outcomes)).toContain(
    'The table now matches the store.',
  );
});
