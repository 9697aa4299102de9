/** How often a schedule runs, as it is chosen in a form. */
export interface Timing {
  repeat: Repeat;
  /** `02:30`; of an hourly schedule only the minutes count. */
  time: string;
  /** 0 is Sunday. */
  weekday: number;
  /** Any other schedule, written as cron. */
  cron: string;
}

export const REPEATS = {
  quarter: 'Every 15 minutes',
  hour: 'Every hour',
  day: 'Every day',
  week: 'Every week',
  cron: 'Other (cron)',
} as const;
export type Repeat = keyof typeof REPEATS;

export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

const aliases: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
};

/** Four times an hour, at any minute of the quarter. */
function isEveryQuarter(cron: string): boolean {
  const [minutes, ...others] = cron.split(' ');
  if (others.join(' ') !== '* * * *') return false;
  const [first = NaN, ...next] = (minutes ?? '').split(',').map(Number);
  return minutes === '*/15' || next.join() === [first + 15, first + 30, first + 45].join();
}

const pattern = /^(?<minute>\d{1,2}) (?<hour>\*|\d{1,2}) \* \* (?<weekday>\*|[0-7])$/;

/** The form's choices for a cron expression. */
export function timingOf(expression: string): Timing {
  const cron = expression.trim().replaceAll(/\s+/g, ' ');
  const other: Timing = { repeat: 'cron', time: '02:30', weekday: 0, cron };
  if (isEveryQuarter(cron)) return { ...other, repeat: 'quarter' };
  const parts = pattern.exec(aliases[cron] ?? cron)?.groups;
  const [minute, hour] = [Number(parts?.['minute']), Number(parts?.['hour'] ?? NaN)];
  if (!parts || minute > 59 || hour > 23) return other;
  const isHourly = parts['hour'] === '*';
  if (isHourly && parts['weekday'] !== '*') return other;
  const time = `${twoDigits(isHourly ? 0 : hour)}:${twoDigits(minute)}`;
  if (isHourly) return { ...other, repeat: 'hour', time };
  if (parts['weekday'] === '*') return { ...other, repeat: 'day', time };
  return { ...other, repeat: 'week', time, weekday: Number(parts['weekday']) % 7 };
}

/** The cron expression for the form's choices. */
export function cronOf({ repeat, time, weekday, cron }: Timing): string {
  const [hour, minute] = time.split(':').map(Number);
  if (repeat === 'quarter') return isEveryQuarter(cron) ? cron : '*/15 * * * *';
  if (repeat === 'hour') return `${minute} * * * *`;
  if (repeat === 'day') return `${minute} ${hour} * * *`;
  if (repeat === 'week') return `${minute} ${hour} * * ${weekday}`;
  return cron;
}

/** `Every day at 02:30`, `Every Monday at 02:30`, `Every hour at 15 minutes past`. */
export function describeTiming({ repeat, time, weekday, cron }: Timing): string {
  if (repeat === 'quarter') return REPEATS.quarter;
  if (repeat === 'hour') return `${REPEATS.hour} at ${Number(time.slice(3))} minutes past`;
  if (repeat === 'day') return `${REPEATS.day} at ${time}`;
  if (repeat === 'week') return `Every ${WEEKDAYS[weekday]} at ${time}`;
  return `Cron: ${cron}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
