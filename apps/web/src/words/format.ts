const numbers = new Intl.NumberFormat();
const rates = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

export const formatNumber = (value: number): string => numbers.format(value);
export const formatRate = (perSecond: number): string => `${rates.format(perSecond)}/s`;
/** @param percent 0 to 100 */
export const formatPercent = (percent: number): string => percents.format(percent / 100);
export const formatExact = (at: string): string => exact.format(new Date(at));
export const formatClock = (at: string): string => clock.format(new Date(at));

/** `1 customer`, `2 customers`, with the number as the reader writes it. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

/** `8 s`, `2 min 05 s`, `1 h 12 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${formatNumber(Math.floor(whole / 3_600))} h ${pad(Math.floor((whole % 3_600) / 60))} min`;
}

/** `now`, `5 sec. ago`, `3 hr. ago`, `yesterday`, `3 mo. ago`. Never in the future: clocks differ a little. */
export function formatRelative(at: string, now: number): string {
  const seconds = Math.min(0, Math.round((new Date(at).getTime() - now) / 1_000));
  const age = -seconds;
  if (age < 60) return relative.format(seconds, 'second');
  if (age < 3_600) return relative.format(-Math.floor(age / 60), 'minute');
  if (age < 86_400) return relative.format(-Math.floor(age / 3_600), 'hour');
  const days = Math.floor(age / 86_400);
  if (days < 60) return relative.format(-days, 'day');
  if (days < 730) return relative.format(-Math.floor(days / 30.4), 'month');
  return relative.format(-Math.floor(days / 365.25), 'year');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
