import * as zod from 'zod/mini';
import type { RunFilter } from '../../api/merge-runs.ts';
import { optional } from '../../ui/url-state.ts';

export const runsSearch = zod.object({
  store: optional(zod.uuid()),
  state: optional(zod.enum(['draft', 'processing', 'done', 'partial', 'failed'])),
  kind: optional(zod.enum(['full', 'delta', 'reconcile', 'webhook'])),
});
type RunsSearch = zod.output<typeof runsSearch>;

/** What the list of runs asks for. */
export function runFilter({ store, state, kind }: RunsSearch): RunFilter {
  return {
    ...(store !== undefined && { storeId: store }),
    ...(state !== undefined && { state }),
    ...(kind !== undefined && { kinds: [kind] }),
  };
}
