import type { Run } from './trpc.ts';

export function isOver({ state }: Pick<Run, 'state'>): boolean {
  return state === 'done' || state === 'partial' || state === 'failed';
}

export function isReadingList({ discovery }: Run): boolean {
  return discovery.state === 'pending' || discovery.state === 'walking';
}

/** The store's list could not be read completely, so customers may be missing. */
export function isListBroken({ discovery }: Run): boolean {
  return discovery.state === 'failed';
}

/** Customers with a final result. */
export function completedOf({ counts }: Run): number {
  return counts.done + counts.failed + counts.cancelled;
}

/** Expected number of customers; null before the first response of the store. */
export function expectedOf(run: Run): number | null {
  if (!isReadingList(run) && !isListBroken(run)) return run.counts.total;
  const { storeTotal } = run.discovery;
  return storeTotal === null ? null : Math.max(storeTotal, run.counts.total);
}

/**
 * Progress of the run. The API reports 100 for every ended run; here an aborted run shows how much of the list
 * it read.
 */
export function shownPercent(run: Run): number {
  if (!isOver(run) || !isListBroken(run)) return run.percent;
  const expected = expectedOf(run);
  return expected ? Math.min(99, Math.floor((completedOf(run) * 100) / expected)) : 0;
}

/** Active time of a run in seconds, without waits for an operator; null before it starts. */
export const secondsOf = ({ activeSeconds }: Run): number | null => activeSeconds;
