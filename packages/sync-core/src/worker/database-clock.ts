/** The database's clock, as a worker reads it without asking each time. */
export interface DatabaseClock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Sets it.
   * @param databaseNow the answer of the database
   * @param askedAt time of the question by the steady clock, in milliseconds
   */
  set(databaseNow: Date, askedAt: number): void;
}

/** A slower response is too inaccurate. */
const LONGEST_ROUND_TRIP_MS = 2_000;

/**
 * Continues from the database's last response with a monotonic clock, so that the wall clock of the
 * machine does not matter, wrong or changed. Until the first answer it is the wall clock.
 *
 * @param steady milliseconds since any fixed moment
 */
export function createDatabaseClock(steady: () => number = () => performance.now()): DatabaseClock {
  let offset = Date.now() - steady();
  let isSet = false;
  return {
    now: () => Math.round(offset + steady()),
    set(databaseNow, askedAt) {
      const answeredAt = steady();
      if (isSet && answeredAt - askedAt > LONGEST_ROUND_TRIP_MS) return;
      offset = databaseNow.getTime() - (askedAt + answeredAt) / 2;
      isSet = true;
    },
  };
}
