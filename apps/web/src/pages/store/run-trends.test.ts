import { expect, test } from 'vitest';
import { aRun } from '../../../test/run-fixture.ts';
import { localDay, trendsOf } from './run-trends.ts';

const at = (day: number, hour: number) => new Date(2026, 0, day, hour).toISOString();
const run = (day: number, changes: Parameters<typeof aRun>[0] = {}) =>
  aRun({
    state: 'done',
    phase: 'done',
    startedAt: at(day, 10),
    activeSeconds: 3_600,
    counts: { total: 9, draft: 0, processing: 0, done: 7, failed: 2, cancelled: 0 },
    outcomes: { created: 1, updated: 2, unchanged: 3, deleted: 1 },
    ...changes,
  });

test('adds up the runs of each day, days without runs included', () => {
  const days = trendsOf([run(5), run(3), run(3, { activeSeconds: 3 * 3_600 })], '2026-01-06');
  expect(days.map(({ date, runs }) => [date, runs])).toEqual([
    ['2026-01-03', 2],
    ['2026-01-04', 0],
    ['2026-01-05', 1],
    ['2026-01-06', 0],
  ]);
  expect(days[0]).toMatchObject({ longestSeconds: 3 * 3_600, failed: 4, changed: 8 });
});

test('counts webhook runs as changes alone, and runs in progress not at all', () => {
  const running = run(3, { state: 'processing', phase: 'processing' });
  const [day] = trendsOf([run(3, { kind: 'webhook' }), running], '2026-01-03');
  expect(day).toMatchObject({ runs: 0, failed: 0, changed: 4 });
  expect(trendsOf([running], '2026-01-03')).toEqual([]);
});

test('days are those of the reader’s time zone', () => {
  expect(localDay(new Date(2026, 0, 31, 23, 59))).toBe('2026-01-31');
});
