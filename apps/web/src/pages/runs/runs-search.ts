import * as zod from 'zod/mini';
import type { RunFilter } from '../../api/merge-runs.ts';
import { optional } from '../../ui/url-state.ts';

export const runsSearch = zod.object({
  store: optional(zod.uuid()),
  state: optional(zod.enum(['draft', 'processing', 'done', 'partial', 'failed'])),
});

/** What the list of runs asks for. */
export function runFilter({ store, state }: zod.output<typeof runsSearch>): RunFilter {
  return { ...(store !== undefined && { storeId: store }), ...(state !== undefined && { state }) };
}
