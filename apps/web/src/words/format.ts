/** One locale for every text, British English, whatever the browser's language. */
const locale = 'en-GB';

// Each is made when first needed: the first alone takes a slow phone 50 ms.
export const localZone = once(() => new Intl.DateTimeFormat().resolvedOptions().timeZone);

const numbers = once(() => new Intl.NumberFormat(locale));
const rates = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
const percents = once(
  () => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }),
);
const exact = once(
  () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
);
const minute = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));
const clock = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));
const day = once(
  () => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);
const relative = once(
  () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }),
);
const regions = once(() => new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }));
const names = once(() => new Intl.Collator(locale, { numeric: true }));

export const formatNumber = (value: number): string => numbers().format(value);
export const formatRate = (perSecond: number): string => `${rates().format(perSecond)}/s`;
/** @param percent 0 to 100 */
export const formatPercent = (percent: number): string => percents().format(percent / 100);
export const formatExact = (at: string): string => exact().format(new Date(at));
export const formatClock = (at: string): string => clock().format(new Date(at));
/** `14:00` */
export const formatMinute = (at: string): string => minute().format(new Date(at));
/** @param date a calendar day, such as `2026-01-31` */
export const formatDay = (date: string): string => day().format(new Date(date));
/** @param code of a country, such as `CH` */
export const formatRegion = (code: string): string => regions().of(code) ?? code;
/** Natural order: `Store 9` comes before `Store 10`. */
export const compareNames = (a: string, b: string): number => names().compare(a, b);

/** `1 customer`, `2 customers`, with a formatted number. */
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

/** Tolerance for clock differences: times up to this many seconds ahead count as now. */
const clockDriftSeconds = 30;

/**
 * `now`, `20 sec ago`, `3 hr ago`, `yesterday`, `3 mo ago`; `in 7 days` for future times. Seconds in tens, since
 * each change is a repaint.
 */
export function formatRelative(at: string, now: number): string {
  const ahead = Math.round((new Date(at).getTime() - now) / 1_000);
  if (ahead > clockDriftSeconds) return ago(ahead, 1);
  return ago(Math.max(0, -ahead), -1);
}

function ago(seconds: number, sign: 1 | -1): string {
  const text = (value: number, unit: Intl.RelativeTimeFormatUnit) =>
    relative().format(sign * Math.floor(value), unit);
  if (seconds < 60) return text(Math.floor(seconds / 10) * 10, 'second');
  if (seconds < 3_600) return text(seconds / 60, 'minute');
  if (seconds < 86_400) return text(seconds / 3_600, 'hour');
  const days = seconds / 86_400;
  if (days < 60) return text(days, 'day');
  return days < 730 ? text(days / 30.4, 'month') : text(days / 365.25, 'year');
}

/** A time in a zone, which is named if it is not the user's: `30 Nov 2026, 04:47 (Europe/Berlin)`. */
export function formatInZone(at: string, timeZone: string): string {
  const text = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).format(new Date(at));
  return timeZone === localZone() ? text : `${text} (${timeZone})`;
}

/** With its first letter in upper case. */
export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function once<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}
