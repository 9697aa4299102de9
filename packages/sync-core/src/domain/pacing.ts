/** How hard a run may press, from the run's settings. */
export interface Pace {
  pace: 'auto' | 'gentle';
  /** Pause between two batches, in milliseconds. */
  batchDelayMs: number;
}

/** A batch that takes longer than this shows a database or store under strain. */
export const STRAINED_BATCH_MS = 2_000;

const MAX_BATCH_DELAY_MS = 30_000;

/**
 * Pause before the next batch. While everything answers at its usual speed there is none and
 * batches follow each other; under strain it is applied, and doubles while the strain lasts.
 * `gentle` always applies it.
 *
 * @param strainedBatches batches in a row that took longer than `STRAINED_BATCH_MS`
 * @returns milliseconds, 0 to 30,000 (or the setting itself where that is longer)
 */
export function pauseBeforeNextBatch(
  { pace, batchDelayMs }: Pace,
  strainedBatches: number,
): number {
  if (strainedBatches === 0) return pace === 'gentle' ? batchDelayMs : 0;
  const most = Math.max(MAX_BATCH_DELAY_MS, batchDelayMs);
  return Math.min(most, batchDelayMs * 2 ** Math.min(strainedBatches - 1, 20));
}

/**
 * Pages to have in flight after one was read: one more after five good ones in a row, up to the run's
 * setting; one after trouble. (Additive increase, as in TCP; the drop is to one since WooCommerce
 * stores gain nothing past the few PHP workers they have.)
 */
export function prefetchAfter(current: number, most: number, goodPagesInARow: number): number {
  if (goodPagesInARow === 0) return 1;
  return current < most && goodPagesInARow % 5 === 0 ? current + 1 : Math.min(current, most);
}
