import { beginWalk, type WalkState } from './walk.ts';

/** Deltas in which the whole store is verified once, unless set: a day of one every 15 minutes. */
export const DEFAULT_WINDOWS = 96;

/** What the rolling verification of a store goes on from. */
export interface WindowPosition {
  lastId: number;
  offset: number;
}

/** Where a slice begins: behind the one before, as the anchored walk it is a part of. */
export function beginWindow(position: WindowPosition, pageSize: number): WalkState {
  return { ...beginWalk(pageSize), lastId: position.lastId, offset: position.offset };
}

/**
 * The rank at which a slice stops, so that `slices` of them cover the list. At least a page, which
 * costs no more than a part of one.
 *
 * @param customers rows of the store's list, as far as is known
 */
export function windowEnd(
  offset: number,
  customers: number,
  windows: number,
  pageSize: number,
): number {
  return offset + Math.max(pageSize - 1, Math.ceil(customers / windows));
}

/** How much faster a store is verified while deliveries of webhooks may have been lost. */
const GAP_SPEED = 8;

/** The number of deltas in which the store is to be verified once, as things are. */
export function windowsNow(windows: number, hasOpenGap: boolean): number {
  return hasOpenGap ? Math.ceil(windows / GAP_SPEED) : windows;
}

/** Most requests of a delta's own, on top of those for customers that are fetched one by one. */
export function deltaBudget(windowRows: number, pageSize: number): number {
  return 50 + 3 * Math.ceil(windowRows / (pageSize - 1));
}

/** Removing more of a store than this at once is a person's decision: both must be exceeded. */
export const BREAKER_SHARE = 0.05;
export const BREAKER_COUNT = 20;

export function tripsBreaker(candidates: number, customers: number): boolean {
  return candidates > BREAKER_COUNT && candidates > customers * BREAKER_SHARE;
}
