const shopOffsetHours = { winter: 1, summer: 2 };

/** Formats milliseconds since 1970 as WooCommerce prints a date in GMT: `2026-11-24T02:29:37`. */
export function gmtText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19);
}

/** The same instant in the store's time zone (Europe/Berlin, as in the recordings); null stays null. */
export function storeText(gmt: string | null): string | null {
  if (gmt === null) return null;
  const atMs = Date.parse(gmt + 'Z');
  if (Number.isNaN(atMs)) return gmt;
  const hours = isSummer(atMs) ? shopOffsetHours.summer : shopOffsetHours.winter;
  return gmtText(atMs + hours * 3_600_000);
}

/** Summer time of the European Union: last Sunday of March to last Sunday of October, 01:00 GMT. */
function isSummer(atMs: number): boolean {
  const year = new Date(atMs).getUTCFullYear();
  if (year < 1980) return false;
  return atMs >= lastSunday(year, 2) && atMs < lastSunday(year, 9);
}

function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * 86_400_000;
}
