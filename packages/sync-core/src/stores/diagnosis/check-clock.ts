import type { Finding } from '../../domain/store-diagnosis.ts';
import { ok, warning } from './finding.ts';

/** Tolerated difference: the header counts whole seconds, and transfer takes time. */
const HARMLESS_MS = 60_000;

/**
 * Compares the store's clock with ours.
 *
 * @param now epoch milliseconds at the response's arrival
 * @returns null if the store sent no date
 */
export function checkClock(
  storeDate: Date | null,
  now: number,
): { aheadMs: number; finding: Finding } | null {
  if (!storeDate) return null;
  const aheadMs = storeDate.getTime() - now;
  if (Math.abs(aheadMs) <= HARMLESS_MS)
    return { aheadMs, finding: ok('clock', 'clock_right', 'The store’s clock agrees with ours.') };
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  const finding = warning(
    'clock',
    'clock_off',
    `The store’s clock is ${minutes} min ${aheadMs > 0 ? 'ahead of' : 'behind'} ours.`,
    'Set the clock of the server that is wrong (NTP). Signed requests fail from a difference of 15 minutes.',
  );
  return { aheadMs, finding };
}
