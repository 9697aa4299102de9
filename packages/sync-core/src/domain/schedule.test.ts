import { describe, expect, test } from 'vitest';
import {
  defaultSchedules,
  fiveFields,
  intervalMs,
  nextTime,
  nextTimes,
  TimeTableError,
} from './schedule.ts';

const at = (text: string) => new Date(text);

describe('times of a table', () => {
  test('are strictly after the moment, in the time zone', () => {
    const table = { cron: '30 2 * * *', timeZone: 'Asia/Tokyo' };
    expect(nextTime(table, at('2026-06-01T17:30:00Z'))).toEqual(at('2026-06-02T17:30:00Z'));
    expect(nextTime(table, at('2026-06-01T17:29:59Z'))).toEqual(at('2026-06-01T17:30:00Z'));
  });

  test('a time that the clocks skip in spring comes once that day', () => {
    const table = { cron: '30 2 * * *', timeZone: 'Europe/Zurich' };
    const times = nextTimes(table, at('2026-03-28T12:00:00Z'), 2);
    expect(times).toEqual([at('2026-03-29T01:00:00Z'), at('2026-03-30T00:30:00Z')]);
  });

  test('a time that the clocks repeat in autumn comes once that day', () => {
    const table = { cron: '30 2 * * *', timeZone: 'Europe/Zurich' };
    const times = nextTimes(table, at('2026-10-24T12:00:00Z'), 2);
    expect(times).toEqual([at('2026-10-25T00:30:00Z'), at('2026-10-26T01:30:00Z')]);
  });

  test.each([
    ['* * * *', 'UTC'],
    ['61 * * * *', 'UTC'],
    ['* * * * * *', 'UTC'],
    ['every day', 'UTC'],
    ['', 'UTC'],
    ['@reboot', 'UTC'],
    ['@every 5m', 'UTC'],
    ['0 0 30 2 *', 'UTC'],
    ['0 0 * * *', 'Mars/Olympus'],
    ['0 0 * * *', ''],
  ])('refuses “%s” in “%s”, and says why', (cron, timeZone) => {
    expect(() => nextTime({ cron, timeZone }, at('2026-01-01T00:00:00Z'))).toThrow(TimeTableError);
  });
});

test.each([
  ['@daily', '0 0 * * *'],
  ['@Hourly', '0 * * * *'],
  ['@weekly', '0 0 * * 0'],
  ['  30  2 * * * ', '30 2 * * *'],
])('“%s” is kept as “%s”, with the same times', (typed, kept) => {
  expect(fiveFields(typed)).toBe(kept);
  const [day, timeZone] = [at('2026-06-01T00:00:00Z'), 'Asia/Tokyo'];
  expect(nextTimes({ cron: typed, timeZone }, day, 5)).toEqual(
    nextTimes({ cron: kept, timeZone }, day, 5),
  );
});

test('an interval is the time between the next two runs', () => {
  const day = at('2026-06-01T00:00:00Z');
  expect(intervalMs({ cron: '*/15 * * * *', timeZone: 'UTC' }, day)).toBe(15 * 60_000);
});

test('the defaults are four deltas an hour and a reconcile at night, whatever the store', () => {
  for (let store = 0; store < 40; store++) {
    const id = `${(store * 8_589_934 + 7).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const [delta, reconcile] = defaultSchedules(id).map(({ cron }) => ({ cron, timeZone: 'UTC' }));
    const day = at('2026-06-01T00:00:00Z');
    const deltas = nextTimes(delta!, day, 96);
    expect(deltas.at(-1)!.getTime() - day.getTime()).toBeLessThanOrEqual(24 * 3_600_000 + 900_000);
    const hour = nextTime(reconcile!, day).getUTCHours();
    expect(hour).toBeGreaterThanOrEqual(1);
    expect(hour).toBeLessThan(5);
  }
});

test.each([
  [
    'hourly',
    [
      { kind: 'delta', cron: '40 * * * *' },
      { kind: 'reconcile', cron: '40 4 * * *' },
    ],
  ],
  ['nightly', [{ kind: 'reconcile', cron: '40 4 * * *' }]],
  ['none', []],
] as const)('%s: the schedules of a new store', (preset, schedules) => {
  // The id begins with 3340: minute 40 of the hour, and minute 220 of the night, which begins at one.
  expect(defaultSchedules('00000d0c-0000-4000-8000-000000000000', preset)).toEqual(schedules);
});
