import type { Database } from '@mantis-sync/db';
import { readLoad } from '../sql/leases.ts';

/** Concurrent time slices of a worker; most of them wait for their store, which costs little. */
export const SLICES_AT_ONCE = 256;

/** While no run waits: long enough that enqueueing again costs nothing. */
const LONGEST_MS = 4_000;
/** Under the heaviest load; below this, lease overhead dominates. */
const SHORTEST_MS = 500;
/** Minimum interval between reads of the load. */
const FRESH_MS = 1_000;

/**
 * How long one job may work on a run before it is enqueued again: the more runs share the
 * workers, the shorter, so that each gets its turn soon.
 *
 * @returns milliseconds, 500 to 4,000
 */
export function createTimeSlice(database: Database, now: () => number): () => Promise<number> {
  let known = { ms: LONGEST_MS, until: -Infinity };
  return async () => {
    if (now() < known.until) return known.ms;
    const { activeRuns, workers } = await database.withSystem(readLoad);
    const share = (Math.max(workers, 1) * SLICES_AT_ONCE) / Math.max(activeRuns, 1);
    const ms = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, Math.floor(LONGEST_MS * share)));
    known = { ms, until: now() + FRESH_MS };
    return ms;
  };
}
