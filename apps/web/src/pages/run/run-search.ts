import * as v from 'valibot';
import type { ActivityFilter } from '../../api/activity-filter.ts';
import type { LineFilter } from '../../api/line-filter.ts';
import { optional, positive, text, typed } from '../../ui/url-state.ts';

export const runSearch = v.object({
  /** State filter of the customers; by default failed ones, or all if none failed. */
  lines: optional(v.picklist(['draft', 'processing', 'done', 'failed', 'cancelled', 'all'])),
  outcome: optional(v.picklist(['created', 'updated', 'unchanged', 'deleted'])),
  /** The reason of their failure. */
  error: optional(v.object({ code: v.string(), message: v.string() })),
  /** A search for customers. */
  q: optional(typed),
  /** A part of the list. */
  from: optional(positive),
  to: optional(positive),
  /** The selected customer, by position in the list. */
  line: optional(positive),
  /** Filter of the activity. */
  levels: optional(
    v.pipe(v.array(v.picklist(['info', 'warning', 'error'])), v.minLength(1), v.maxLength(2)),
  ),
  text: optional(text(100)),
  /** Updates of the activity are paused at this entry. */
  held: optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2_147_483_646))),
});
export type RunSearch = v.InferOutput<typeof runSearch>;

/** The filter of the customer list: failed ones first, if any. */
export function lineFilter(search: RunSearch, failed: number): LineFilter {
  const { lines = failed > 0 ? 'failed' : 'all', outcome, error, q, from, to } = search;
  return {
    ...(lines !== 'all' && { state: lines }),
    ...(outcome && { outcome }),
    ...(error && { failure: error }),
    ...(q !== undefined && { q }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** The filter of the activity. */
export function activityFilter({ levels, text: words, held }: RunSearch): ActivityFilter {
  return {
    ...(levels && { levels }),
    ...(words !== undefined && { text: words }),
    ...(held !== undefined && { until: held }),
  };
}
