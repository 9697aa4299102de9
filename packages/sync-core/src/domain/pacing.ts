import { backoffMs } from '@mantis-sync/db/backoff';

/** Limits on the load that a run puts on a store. */
export interface Pace {
  pace: 'auto' | 'gentle';
  /** Pause between two batches, in milliseconds. */
  batchDelayMs: number;
}

/** A batch that takes longer than this indicates an overloaded database or store. */
export const STRAINED_BATCH_MS = 2_000;

const MAX_BATCH_DELAY_MS = 30_000;

/**
 * The pause before the next batch. There is none while batches take their usual time. Under strain the pause
 * applies, and doubles while the strain lasts. `gentle` always applies it.
 * @param strainedBatches consecutive batches that took longer than `STRAINED_BATCH_MS`
 * @returns milliseconds, 0 to 30,000 (or the setting itself if that is longer)
 */
export function pauseBeforeNextBatch(
  { pace, batchDelayMs }: Pace,
  strainedBatches: number,
): number {
  if (strainedBatches === 0) return pace === 'gentle' ? batchDelayMs : 0;
  const longestMs = Math.max(MAX_BATCH_DELAY_MS, batchDelayMs);
  return backoffMs({ firstMs: batchDelayMs, longestMs }, strainedBatches);
}

/**
 * Pages to prefetch after a successful one: one more after five successes in a row, up to the run's setting;
 * one after a failure. Additive increase as in TCP; the decrease goes to one, since stores gain nothing beyond
 * their few PHP workers.
 */
export function prefetchAfter(current: number, most: number, goodPagesInARow: number): number {
  if (goodPagesInARow === 0) return 1;
  return current < most && goodPagesInARow % 5 === 0 ? current + 1 : Math.min(current, most);
}
