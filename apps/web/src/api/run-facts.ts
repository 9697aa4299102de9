import type { Run } from './trpc.ts';

export function isOver({ state }: Pick<Run, 'state'>): boolean {
  return state === 'done' || state === 'partial' || state === 'failed';
}

export function isReadingList({ discovery }: Run): boolean {
  return discovery.state === 'pending' || discovery.state === 'walking';
}

/** The store's list could not be read to its end, so that nobody knows who is missing. */
export function isListBroken({ discovery }: Run): boolean {
  return discovery.state === 'failed';
}

/** Customers that have come to an end, well or not. */
export function completedOf({ counts }: Run): number {
  return counts.done + counts.failed + counts.cancelled;
}

/** Customers that the run will have, as far as it is known; null before the store was asked. */
export function expectedOf(run: Run): number | null {
  if (!isReadingList(run) && !isListBroken(run)) return run.counts.total;
  const { storeTotal } = run.discovery;
  return storeTotal === null ? null : Math.max(storeTotal, run.counts.total);
}

/**
 * How far the run has come. The API says 100 of every run that is over; here one that broke off shows how
 * much of the list it got.
 */
export function shownPercent(run: Run): number {
  if (!isOver(run) || !isListBroken(run)) return run.percent;
  const expected = expectedOf(run);
  return expected ? Math.min(99, Math.floor((completedOf(run) * 100) / expected)) : 0;
}

/** How long a run has worked, in seconds, without waits for a person; null before it starts. */
export const secondsOf = ({ activeSeconds }: Run): number | null => activeSeconds;
