import { beginWalk, type WalkState } from './walk.ts';

/** Default number of deltas that verify the whole store once: one day of a delta every 15 minutes. */
export const DEFAULT_WINDOWS = 96;

/** Position of a store's rolling verification. */
export interface WindowPosition {
  lastId: number;
  offset: number;
}

/** Starts a window where the previous one ended. */
export function beginWindow(position: WindowPosition, pageSize: number): WalkState {
  return { ...beginWalk(pageSize), lastId: position.lastId, offset: position.offset };
}

/**
 * The offset at which a window ends, so that `slices` windows cover the list. At least one page, since a
 * partial page costs as much.
 * @param customers rows of the store's list, as far as known
 */
export function windowEnd(
  offset: number,
  customers: number,
  windows: number,
  pageSize: number,
): number {
  return offset + Math.max(pageSize - 1, Math.ceil(customers / windows));
}

/** How much faster a store is verified while webhook deliveries may have been lost. */
const GAP_SPEED = 8;

/** The number of deltas that verify the store once, given its current state. */
export function windowsNow(windows: number, hasOpenGap: boolean): number {
  return hasOpenGap ? Math.ceil(windows / GAP_SPEED) : windows;
}

/** Request limit of a delta, besides requests for single customers. */
export function deltaBudget(windowRows: number, pageSize: number): number {
  return 50 + 3 * Math.ceil(windowRows / (pageSize - 1));
}

/** Deleting more than this share of a store needs approval: both limits must be exceeded. */
export const BREAKER_SHARE = 0.05;
export const BREAKER_COUNT = 20;

export function tripsBreaker(candidates: number, customers: number): boolean {
  return candidates > BREAKER_COUNT && candidates > customers * BREAKER_SHARE;
}
