import type { LineOutcome } from './state-machine.ts';

/** How many lines of a batch came to what. */
export type BatchCounts = Record<LineOutcome | 'retrying' | 'failed', number>;

/** What a line of a batch came to. */
type Result = { state: 'done'; outcome: LineOutcome } | { state: 'draft' | 'failed' | 'released' };

const NONE: BatchCounts = {
  created: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  retrying: 0,
  failed: 0,
};

/** @param counts to add to */
export function countResults(results: readonly Result[], counts: BatchCounts = NONE): BatchCounts {
  const sum = { ...counts };
  for (const result of results) {
    if (result.state === 'done') sum[result.outcome] += 1;
    else if (result.state === 'draft') sum.retrying += 1;
    else if (result.state === 'failed') sum.failed += 1;
  }
  return sum;
}

/** Lines of a batch; those that were released are not counted. */
export function batchSizeOf(counts: BatchCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/**
 * The batch that the next page completes: pages and batches differ in size, and an operator counts in
 * batches. It is kept in the cursor of the step, which moves with the page.
 */
export function openBatchOf(stepCursor: Record<string, unknown>): BatchCounts {
  return { ...NONE, ...(stepCursor['openBatch'] as Partial<BatchCounts> | undefined) };
}

/** The entry of a batch in the activity. @param number of the batch in its run, from 1 */
export function describeBatch(number: number, counts: BatchCounts) {
  const lines = batchSizeOf(counts);
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  return {
    event: 'batch.applied',
    level: counts.failed + counts.retrying > 0 ? ('warning' as const) : ('info' as const),
    message: `Batch ${number}: ${lines} ${lines === 1 ? 'customer' : 'customers'} (${parts.join(', ')})`,
    data: { batch: number, lines, ...counts },
  };
}
