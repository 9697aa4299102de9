export interface Swept {
  deadWorkers: string[];
  pushed: number;
  /** Leases taken back from workers that are gone or took too long. */
  reclaimed: { lines: number; discoveries: number };
  /** Runs for which a person is asked now, since nothing moves them. */
  stuck: number;
}
