/** Tolerance for late runs before people are notified, in milliseconds. */
const GRACE_MS = 60 * 60_000;

/**
 * Since when a run is overdue: two intervals and an hour after the last complete one. Null if that time is not
 * reached, no schedule is active, or the store was never synced.
 */
export function overdueSince(facts: {
  now: Date;
  refreshedAt: Date | null;
  /** Shortest interval between two scheduled runs, in milliseconds; null without a schedule. */
  intervalMs: number | null;
}): Date | null {
  const { now, refreshedAt, intervalMs } = facts;
  if (refreshedAt === null || intervalMs === null) return null;
  const due = new Date(refreshedAt.getTime() + 2 * intervalMs + GRACE_MS);
  return due <= now ? due : null;
}
