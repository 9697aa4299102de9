const wooDate =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|UTC|([+-])(\d\d):?(\d\d))?$/;

/**
 * Parses a `*_gmt` date of WooCommerce, as UTC if it has no time zone. Also accepts PHP's own JSON of a date
 * (`date`, `timezone`).
 * @returns undefined for invalid input: 0000-00-00, 2024-02-30, other formats or types
 */
export function parseWooDate(value: unknown): Date | undefined {
  const text = typeof value === 'string' ? value.trim() : textOfPhpDate(value);
  const parts = wooDate.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as DateParts;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC would turn 30 February into 1 March and the year 24 into 1924.
  const isReal =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  if (!isReal) return undefined;
  const [sign, hours, minutes] = parts.slice(7);
  const offsetMinutes = sign === undefined ? 0 : Number(hours) * 60 + Number(minutes);
  return new Date(date.getTime() - (sign === '-' ? -1 : 1) * offsetMinutes * 60_000);
}

/** `json_encode` writes a DateTime as an object; only a zone that is an offset or UTC is understood. */
function textOfPhpDate(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('date' in value)) return '';
  const zone = 'timezone' in value ? value.timezone : 'UTC';
  return typeof value.date === 'string' && typeof zone === 'string' ? value.date + zone : '';
}

type DateParts = [number, number, number, number, number, number];
