import * as v from 'valibot';
import type { RunFilter } from '../../api/merge-runs.ts';
import { optional, uuid } from '../../ui/url-state.ts';

export const runsSearch = v.object({
  store: optional(uuid),
  state: optional(v.picklist(['draft', 'processing', 'done', 'partial', 'failed'])),
  kind: optional(v.picklist(['full', 'delta', 'reconcile', 'webhook'])),
  starter: optional(v.picklist(['user', 'api_key', 'cron', 'webhook', 'system'])),
  /** Runs of the last days, today included. */
  days: optional(v.picklist([1, 7, 30])),
});
export type RunsSearch = v.InferOutput<typeof runsSearch>;

/** What the list of runs asks for. @param now epoch milliseconds */
export function runFilter(
  { store, state, kind, starter, days }: RunsSearch,
  now = Date.now(),
): RunFilter {
  return {
    ...(store !== undefined && { storeId: store }),
    ...(state !== undefined && { state }),
    ...(kind !== undefined && { kinds: [kind] }),
    ...(starter !== undefined && { starters: [starter] }),
    ...(days !== undefined && { from: daysAgo(days - 1, now) }),
  };
}

/** Midnight in the user's time zone: constant during a day, so that the list is not reloaded. */
function daysAgo(days: number, now: number): string {
  const at = new Date(now);
  at.setHours(0, 0, 0, 0);
  at.setDate(at.getDate() - days);
  return at.toISOString();
}
