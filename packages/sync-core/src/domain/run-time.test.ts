import { expect, test } from 'vitest';
import { activeMs, type RunTimes } from './run-time.ts';

const at = (seconds: number) => new Date(seconds * 1000);
const run: RunTimes = {
  startedAt: at(10),
  finishedAt: null,
  waitedMs: 0,
  waitingSince: null,
  now: at(100),
};

test.each<[string, Partial<RunTimes>, number | null]>([
  ['has not begun', { startedAt: null }, null],
  ['is going', {}, 90_000],
  ['is over', { finishedAt: at(36) }, 26_000],
  ['was retried after a wait of two minutes', { finishedAt: at(186), waitedMs: 150_000 }, 26_000],
  ['waits for a person now', { waitingSince: at(40) }, 30_000],
  ['waited longer than it worked', { startedAt: at(90), waitedMs: 60_000 }, 0],
])('the active time of a run that %s', (_, change, expected) => {
  expect(activeMs({ ...run, ...change })).toBe(expected);
});
