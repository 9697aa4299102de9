export interface Swept {
  deadWorkers: string[];
  /** Runs without progress that were scheduled again. */
  rescheduled: number;
  /** Leases reclaimed from workers that crashed or took too long. */
  reclaimed: { lines: number; discoveries: number };
  /** Runs marked as needing a decision, because nothing advances them. */
  stuck: number;
}
