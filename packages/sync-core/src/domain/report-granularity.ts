/**
 * How coarse the times of the store's report of customers are, in milliseconds: a visit within this time
 * after the last one that was noted leaves no trace of its own.
 */
export function reportGranularityMs(wooVersion: string | null): number {
  const major = Number.parseInt(wooVersion ?? '', 10);
  // Tried: 5.3 and 10.5 stamp days, 11.0 stamps visits that are five minutes apart.
  return major >= 11 ? 5 * 60_000 : 24 * 3_600_000;
}
