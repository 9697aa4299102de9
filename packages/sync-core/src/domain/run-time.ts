/** When a run worked, and for how long it waited for a person. */
export interface RunTimes {
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Waits for a person that are over, in milliseconds. */
  waitedMs: number;
  /** Since when it waits for a person while it is not over; null where it does not. */
  waitingSince: Date | null;
  now: Date;
}

/**
 * Milliseconds that a run worked, from its first claim to its end or to now, without the time that it
 * waited for a person. Null before it began.
 */
export function activeMs(run: RunTimes): number | null {
  if (run.startedAt === null) return null;
  const end = run.finishedAt ?? run.waitingSince ?? run.now;
  return Math.max(0, end.getTime() - run.startedAt.getTime() - run.waitedMs);
}
