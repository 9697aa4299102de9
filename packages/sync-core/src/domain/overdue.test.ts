import { expect, test } from 'vitest';
import { overdueSince } from './overdue.ts';

const hourMs = 3_600_000;
const at = (hours: number) => new Date(hours * hourMs);

test.each([
  ['on time', { now: at(3), refreshedAt: at(0), intervalMs: hourMs + 1 }, null],
  ['late', { now: at(3), refreshedAt: at(0), intervalMs: hourMs }, at(3)],
  ['without a schedule', { now: at(99), refreshedAt: at(0), intervalMs: null }, null],
  ['never synced', { now: at(99), refreshedAt: null, intervalMs: hourMs }, null],
])('runs are %s', (_, given, since) => {
  expect(overdueSince(given)).toEqual(since);
});
