/**
 * Resolution of the times in the store's customer report, in milliseconds: a visit within this time after the
 * last recorded one is not recorded.
 */
export function reportGranularityMs(wooVersion: string | null): number {
  const major = Number.parseInt(wooVersion ?? '', 10);
  // Measured: 5.3 and 10.5 record days, 11.0 records visits five minutes apart.
  return major >= 11 ? 5 * 60_000 : 24 * 3_600_000;
}
