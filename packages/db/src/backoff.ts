/** Growing pauses between attempts, in milliseconds. */
export interface Backoff {
  /** Pause after the first failure; doubles with each further one. */
  firstMs: number;
  longestMs?: number;
  /** The share of a pause that is random, 0 (the default) to 1: spreads clients that fail together. */
  jitter?: number;
}

/** Prevents an overflow; every pause has reached its limit before. */
const MOST_DOUBLINGS = 40;

/**
 * The pause before the next attempt, in milliseconds.
 *
 * @param failures consecutive failures, from 1
 * @param random returns a number in [0, 1)
 */
export function backoffMs(
  { firstMs, longestMs = Number.POSITIVE_INFINITY, jitter = 0 }: Backoff,
  failures: number,
  random: () => number = Math.random,
): number {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, MOST_DOUBLINGS));
  return jitter === 0 ? longest : Math.round(longest * (1 - jitter + jitter * random()));
}
