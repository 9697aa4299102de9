import { Cron } from 'croner';
import type { StartableKind } from './run-kind.ts';
import { isTimeZone } from './is-time-zone.ts';

/** A timetable: a cron expression with five fields, in a time zone. */
export interface TimeTable {
  cron: string;
  /** IANA name, such as `Europe/Zurich`. */
  timeZone: string;
}

/** Cron aliases and their five fields. */
const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Normalises a cron expression: five fields, separated by one space. */
export function fiveFields(cron: string): string {
  const text = cron.trim().replaceAll(/\s+/g, ' ');
  return NICKNAMES[text.toLowerCase()] ?? text;
}

/** An invalid timetable; the message is for operators. */
export class TimeTableError extends Error {
  override readonly name = 'TimeTableError';
}

/**
 * The times of a timetable after a given time, soonest first. A time skipped by the change to summer time
 * moves to its end; a time repeated in autumn occurs once.
 * @throws TimeTableError if the expression or time zone is invalid, or no such time exists
 */
export function nextTimes({ cron, timeZone }: TimeTable, after: Date, count: number): Date[] {
  const times = read(cron, timeZone).nextRuns(count, after);
  if (times.length < count) {
    throw new TimeTableError(`“${cron}” never occurs: use days and months that exist.`);
  }
  return times;
}

/** The interval between the next two times, in milliseconds. @throws TimeTableError */
export function intervalMs(table: TimeTable, after: Date): number {
  const [first, second] = nextTimes(table, after, 2) as [Date, Date];
  return second.getTime() - first.getTime();
}

/** The next time after the given one. @throws TimeTableError */
export function nextTime(table: TimeTable, after: Date): Date {
  return nextTimes(table, after, 1)[0] as Date;
}

function read(cron: string, timeZone: string): Cron {
  // Checked separately, so that the message names the invalid one.
  if (!isTimeZone(timeZone))
    throw new TimeTableError(
      `There is no time zone “${timeZone}”; use a name such as Europe/Zurich.`,
    );
  const fields = fiveFields(cron);
  try {
    if (fields.split(' ').length === 5)
      return new Cron(fields, { timezone: timeZone, mode: '5-part', paused: true });
  } catch {
    // The message below replaces croner's.
  }
  throw new TimeTableError(
    `“${cron}” is not a valid cron expression. Give five fields: minute, hour, day of the month, month, day of the week, such as 30 2 * * *.`,
  );
}

/** Initial schedules of a store: how often to ask for new customers. All but `none` reconcile at night. */
export const SCHEDULE_PRESETS = ['quarter_hourly', 'hourly', 'nightly', 'none'] as const;

export type SchedulePreset = (typeof SCHEDULE_PRESETS)[number];

/** The initial schedules of a store, spread so that stores do not all run at the same time. */
export function defaultSchedules(
  storeId: string,
  preset: SchedulePreset = 'quarter_hourly',
): { kind: StartableKind; cron: string }[] {
  const spread = Number.parseInt(storeId.replaceAll('-', '').slice(0, 8), 16);
  const minute = spread % 240;
  // Between one and five at night.
  const nightly = `${minute % 60} ${1 + Math.floor(minute / 60)} * * *`;
  const delta = deltaTimes[preset](spread);
  return [
    ...(delta === null ? [] : [{ kind: 'delta' as const, cron: delta }]),
    ...(preset === 'none' ? [] : [{ kind: 'reconcile' as const, cron: nightly }]),
  ];
}

/** Time of the next delta; null if none is scheduled. */
const deltaTimes: Record<SchedulePreset, (spread: number) => string | null> = {
  quarter_hourly: (spread) =>
    `${[0, 15, 30, 45].map((start) => start + (spread % 15)).join(',')} * * * *`,
  hourly: (spread) => `${spread % 60} * * * *`,
  nightly: () => null,
  none: () => null,
};
