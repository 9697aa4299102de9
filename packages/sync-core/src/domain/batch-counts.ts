import { countOf, formatCount } from './count-words.ts';
import type { LineOutcome } from './state-machine.ts';

/** Number of lines of a batch by outcome. */
export type BatchCounts = Record<LineOutcome | 'retrying' | 'failed', number>;

/** The outcome of one line. */
type Result = { state: 'done'; outcome: LineOutcome } | { state: 'draft' | 'failed' | 'released' };

const NONE: BatchCounts = {
  created: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  retrying: 0,
  failed: 0,
};

/** @param counts is modified */
export function countResults(results: readonly Result[], counts: BatchCounts = NONE): BatchCounts {
  const sum = { ...counts };
  for (const result of results) {
    if (result.state === 'done') sum[result.outcome] += 1;
    else if (result.state === 'draft') sum.retrying += 1;
    else if (result.state === 'failed') sum.failed += 1;
  }
  return sum;
}

/** Lines of a batch, without the released ones. */
export function batchSizeOf(counts: BatchCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/**
 * The batch that the next page completes. Pages and batches differ in size; activity is recorded by batch.
 * Stored in the step's cursor, which moves with the page.
 */
export function openBatchOf(stepCursor: Record<string, unknown>): BatchCounts {
  return { ...NONE, ...(stepCursor['openBatch'] as Partial<BatchCounts> | undefined) };
}

/** The activity entry of a batch. @param number of the batch in its run, from 1 */
export function describeBatch(number: number, counts: BatchCounts) {
  const lines = batchSizeOf(counts);
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${formatCount(count)} ${name}`);
  return {
    event: 'batch.applied',
    level: counts.failed + counts.retrying > 0 ? ('warning' as const) : ('info' as const),
    message: `Batch ${number}: ${countOf(lines, 'customer')} (${parts.join(', ')})`,
    data: { batch: number, lines, ...counts },
  };
}
