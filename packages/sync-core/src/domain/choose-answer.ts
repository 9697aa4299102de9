import type { ChangeSource } from './run-kind.ts';

/**
 * When a store produced a response, by our clock: between the request and its arrival. The store's own clock
 * is not used, because it may be wrong.
 */
export interface Reading {
  beganAt: Date;
  endedAt: Date;
}

/** A reading without duration. @param at epoch milliseconds */
export function momentOf(at: number): Reading {
  return { beganAt: new Date(at), endedAt: new Date(at) };
}

/** A store's response about one customer. */
export interface CustomerAnswer extends Reading {
  /** The store's modification date; null where it sends none, and for a deletion. */
  modifiedAt: Date | null;
  /** The store reported that the customer does not exist. */
  isDeletion: boolean;
  source: ChangeSource;
}

/**
 * What happens to a response that differs from the stored one: it replaces it, it is older, or the order is
 * unknown and the store is asked again.
 */
export type Choice = 'take' | 'keep' | 'ask_again';

/**
 * Limits a reading to the time between the start of its run and now, both by the database's clock. A worker
 * with a wrong clock can then neither block later updates nor lose its own.
 *
 * @specification of `BOUNDED` in `sql/customers.ts`, which a test compares with it
 */
export function boundReading(reading: Reading, runCreatedAt: Date, now: Date): Reading {
  const endedAt = clamp(reading.endedAt, runCreatedAt, now);
  return { beganAt: clamp(reading.beganAt, runCreatedAt, endedAt), endedAt };
}

function clamp(at: Date, from: Date, to: Date): Date {
  return new Date(Math.min(Math.max(at.getTime(), from.getTime()), to.getTime()));
}

/**
 * Decides which of two responses about a customer is kept (`docs/freshness.md`). The database holds the same
 * rule as `mantis.choose_answer`.
 *
 * @specification of `mantis.choose_answer`, which a test compares with it
 * @param known the stored response
 * @param incoming a response with different content and a bounded reading
 */
export function chooseAnswer(known: CustomerAnswer, incoming: CustomerAnswer, now: Date): Choice {
  // A reading in the future: the stored one comes from a worker with a wrong clock.
  if (known.endedAt > now) return 'take';
  if (incoming.beganAt >= known.endedAt) return 'take';
  if (incoming.endedAt <= known.beganAt) return 'keep';
  // The readings overlap in time. A store never reuses the id of a deleted customer.
  if (incoming.isDeletion) return 'take';
  if (known.isDeletion) return 'ask_again';
  const byDate = compare(incoming.modifiedAt, known.modifiedAt);
  if (byDate !== 0) return byDate > 0 ? 'take' : 'ask_again';
  const bySource = precision(incoming.source) - precision(known.source);
  if (bySource !== 0) return bySource > 0 ? 'take' : 'ask_again';
  return incoming.endedAt >= known.endedAt ? 'take' : 'ask_again';
}

function compare(a: Date | null, b: Date | null): number {
  return a && b ? a.getTime() - b.getTime() : 0;
}

/** A single customer is read at one moment; a store may take seconds to build a page. */
function precision(source: ChangeSource): number {
  return source === 'webhook' || source === 'retry' ? 1 : 0;
}
