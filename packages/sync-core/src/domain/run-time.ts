/** The times of a run that its duration follows from. */
export interface RunTimes {
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Time of past waits for an operator, in milliseconds. */
  waitedMs: number;
  /** Start of the current wait for an operator; null if there is none. */
  waitingSince: Date | null;
  now: Date;
}

/**
 * Milliseconds of work from the first claim to the end or to now, without waits for an operator. Null before
 * the run began.
 */
export function activeMs(run: RunTimes): number | null {
  if (run.startedAt === null) return null;
  const end = run.finishedAt ?? run.waitingSince ?? run.now;
  return Math.max(0, end.getTime() - run.startedAt.getTime() - run.waitedMs);
}
