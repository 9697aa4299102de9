import { Cron } from 'croner';
import type { StartableKind } from './run-kind.ts';

/** A time table: five fields of cron, read in a time zone. */
export interface TimeTable {
  cron: string;
  /** IANA name, such as `Europe/Zurich`. */
  timeZone: string;
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
  try {
    return new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
  } catch {
    throw new TimeTableError(
      `“${cron}” is no cron expression of five fields: minute, hour, day, month, day of the week, such as 30 2 * * *.`,
    );
  }
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
