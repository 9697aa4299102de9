const wooDate = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,6})?Z?$/;

/**
 * Reads a `*_gmt` date of WooCommerce as UTC, though it names no zone.
 * @returns undefined for rubbish: 0000-00-00, 2024-02-30, other forms, other types.
 */
export function parseWooDate(value: unknown): Date | undefined {
  const parts = typeof value === 'string' ? wooDate.exec(value) : null;
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as DateParts;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC lets 30 February roll over into March, and takes the year 24 for 1924.
  const isReal =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isReal ? date : undefined;
}

type DateParts = [number, number, number, number, number, number];
