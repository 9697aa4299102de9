import * as v from 'valibot';
import type { RunFilter } from '../../api/merge-runs.ts';
import { optional, uuid } from '../../ui/url-state.ts';

export const runsSearch = v.object({
  store: optional(uuid),
  state: optional(v.picklist(['draft', 'processing', 'done', 'partial', 'failed'])),
  kind: optional(v.picklist(['full', 'delta', 'reconcile', 'webhook'])),
});
type RunsSearch = v.InferOutput<typeof runsSearch>;

/** What the list of runs asks for. */
export function runFilter({ store, state, kind }: RunsSearch): RunFilter {
  return {
    ...(store !== undefined && { storeId: store }),
    ...(state !== undefined && { state }),
    ...(kind !== undefined && { kinds: [kind] }),
  };
}
