import { Cron } from 'croner';
import type { StartableKind } from './run-kind.ts';

/** A time table: five fields of cron, read in a time zone. */
export interface TimeTable {
  cron: string;
  /** IANA name, such as `Europe/Zurich`. */
  timeZone: string;
}

/** Short forms of cron, and the five fields that they mean. */
const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** A cron expression as it is kept: five fields, one space between them. */
export function fiveFields(cron: string): string {
  const text = cron.trim().replaceAll(/\s+/g, ' ');
  return NICKNAMES[text.toLowerCase()] ?? text;
}

/** What is wrong with a time table, in plain words. */
export class TimeTableError extends Error {
  override readonly name = 'TimeTableError';
}

/**
 * The times of a table after a moment, soonest first. A time that the clocks skip in spring comes when
 * they have; one that they repeat in autumn comes once.
 *
 * @throws TimeTableError where the expression, the zone, or the two together have no such time
 */
export function nextTimes({ cron, timeZone }: TimeTable, after: Date, count: number): Date[] {
  const times = read(cron, timeZone).nextRuns(count, after);
  if (times.length < count) {
    throw new TimeTableError(`“${cron}” has no time left: give days and months that exist.`);
  }
  return times;
}

/** The time between the next two runs of a table, in milliseconds. @throws TimeTableError */
export function intervalMs(table: TimeTable, after: Date): number {
  const [first, second] = nextTimes(table, after, 2) as [Date, Date];
  return second.getTime() - first.getTime();
}

/** The first time of a table after a moment. @throws TimeTableError */
export function nextTime(table: TimeTable, after: Date): Date {
  return nextTimes(table, after, 1)[0] as Date;
}

function read(cron: string, timeZone: string): Cron {
  // Checked apart, so that the message names the one that is wrong.
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new TimeTableError(
      `There is no time zone “${timeZone}”; use a name such as Europe/Zurich.`,
    );
  }
  const fields = fiveFields(cron);
  try {
    if (fields.split(' ').length === 5)
      return new Cron(fields, { timezone: timeZone, mode: '5-part', paused: true });
  } catch {
    // What is wrong is said below, in our words.
  }
  throw new TimeTableError(
    `“${cron}” is not a valid cron expression. Give five fields: minute, hour, day of the month, month, day of the week, such as 30 2 * * *.`,
  );
}

/** What a store can begin with: how often it is asked for what is new. All but `none` reconcile at night. */
export const SCHEDULE_PRESETS = ['quarter_hourly', 'hourly', 'nightly', 'none'] as const;

export type SchedulePreset = (typeof SCHEDULE_PRESETS)[number];

/** The schedules that a store begins with, spread over the stores so that they do not all run at once. */
export function defaultSchedules(
  storeId: string,
  preset: SchedulePreset = 'quarter_hourly',
): { kind: StartableKind; cron: string }[] {
  const spread = Number.parseInt(storeId.replaceAll('-', '').slice(0, 8), 16);
  const minute = spread % 240;
  // At night: between one and five.
  const nightly = `${minute % 60} ${1 + Math.floor(minute / 60)} * * *`;
  const delta = deltaTimes[preset](spread);
  return [
    ...(delta === null ? [] : [{ kind: 'delta' as const, cron: delta }]),
    ...(preset === 'none' ? [] : [{ kind: 'reconcile' as const, cron: nightly }]),
  ];
}

/** When a delta is due, null for never. */
const deltaTimes: Record<SchedulePreset, (spread: number) => string | null> = {
  quarter_hourly: (spread) =>
    `${[0, 15, 30, 45].map((start) => start + (spread % 15)).join(',')} * * * *`,
  hourly: (spread) => `${spread % 60} * * * *`,
  nightly: () => null,
  none: () => null,
};
