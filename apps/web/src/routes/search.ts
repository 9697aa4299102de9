import * as zod from 'zod/mini';
import { catch as fallBack } from 'zod/mini';
import type { RunFilter } from '../live/merge-runs.ts';

// What the address says is believed as far as it can be read; the rest is dropped, not refused.
const optional = <Schema extends zod.ZodMiniType>(schema: Schema) =>
  fallBack(zod.optional(schema), undefined);

/** A path of our own, never another site. */
const pathSchema = zod.string().check(zod.regex(/^\/(?![/\\])/));

export const signInSearch = zod.object({
  redirect: optional(pathSchema),
  /** Why a sign-in link did not work. */
  error: optional(zod.string()),
});

export const indexSearch = zod.object({ error: optional(zod.string()) });

export const storesSearch = zod.object({
  /** The dialog that is open, and on which store. */
  dialog: optional(
    zod.enum(['connect', 'connection', 'edit', 'pause', 'remove', 'schedules', 'webhooks']),
  ),
  store: optional(zod.string()),
});

export const runsSearch = zod.object({
  store: optional(zod.uuid()),
  state: optional(zod.enum(['draft', 'processing', 'done', 'partial', 'failed'])),
});

export const runSearch = zod.object({
  /** Which customers are listed. */
  lines: optional(zod.enum(['draft', 'processing', 'done', 'failed', 'cancelled'])),
});

/** What the list of runs asks for. */
export function runFilter({ store, state }: zod.output<typeof runsSearch>): RunFilter {
  return { ...(store !== undefined && { storeId: store }), ...(state !== undefined && { state }) };
}
