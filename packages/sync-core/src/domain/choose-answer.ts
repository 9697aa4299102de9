import type { ChangeSource } from './run-kind.ts';

/**
 * When a store made an answer, by our clock: at some moment between the request and the arrival. The
 * store's own clock says nothing here, because stores have wrong ones.
 */
export interface Reading {
  beganAt: Date;
  endedAt: Date;
}

/** The reading of what is known at once. @param at epoch milliseconds */
export function momentOf(at: number): Reading {
  return { beganAt: new Date(at), endedAt: new Date(at) };
}

/** An answer of a store about one customer. */
export interface CustomerAnswer extends Reading {
  /** The store's date of change; null where it has none, and for a deletion. */
  modifiedAt: Date | null;
  /** The store said that it has no such customer. */
  isDeletion: boolean;
  source: ChangeSource;
}

/**
 * What becomes of an answer that differs from the stored one: it replaces it, it came too late, or nobody
 * can tell and the store is asked again.
 */
export type Choice = 'take' | 'keep' | 'ask_again';

/**
 * Fits a reading between the start of its run and now, both by the database's clock. What a run read, it
 * read within these, so a worker whose clock is wrong can neither freeze a customer nor lose to one.
 */
export function boundReading(reading: Reading, runCreatedAt: Date, now: Date): Reading {
  const endedAt = clamp(reading.endedAt, runCreatedAt, now);
  return { beganAt: clamp(reading.beganAt, runCreatedAt, endedAt), endedAt };
}

function clamp(at: Date, from: Date, to: Date): Date {
  return new Date(Math.min(Math.max(at.getTime(), from.getTime()), to.getTime()));
}

/**
 * Decides which of two answers about a customer is kept (`docs/freshness.md`). The database holds the same
 * rule as `mantis.choose_answer`.
 *
 * @param known the answer that is stored
 * @param incoming an answer with other content, its reading bounded
 */
export function chooseAnswer(known: CustomerAnswer, incoming: CustomerAnswer, now: Date): Choice {
  // Nothing was read in the future: a wrong clock stamped the stored one.
  if (known.endedAt > now) return 'take';
  if (incoming.beganAt >= known.endedAt) return 'take';
  if (incoming.endedAt <= known.beganAt) return 'keep';
  // The readings overlap in time. A store does not give the id of a deleted customer to another one.
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

/** A customer asked for by id was read at once; a page takes the store seconds to put together. */
function precision(source: ChangeSource): number {
  return source === 'webhook' || source === 'retry' ? 1 : 0;
}
