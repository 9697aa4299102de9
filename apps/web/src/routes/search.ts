import * as z from 'zod/mini';
import type { RunFilter } from '../live/merge-runs.ts';

// What the address says is believed as far as it can be read; the rest is dropped, not refused.
const optional = <Schema extends z.ZodMiniType>(schema: Schema) => z.catch(z.optional(schema), undefined);

/** A path of our own, never another site. */
const pathSchema = z.string().check(z.regex(/^\/(?![/\\])/));

export const signInSearch = z.object({
  redirect: optional(pathSchema),
  /** Why a sign-in link did not work. */
  error: optional(z.string()),
});

export const indexSearch = z.object({ error: optional(z.string()) });

export const storesSearch = z.object({
  /** The dialog that is open, and on which store. */
  dialog: optional(z.enum(['connect', 'edit', 'pause', 'remove'])),
  store: optional(z.string()),
});

export const runsSearch = z.object({
  store: optional(z.uuid()),
  state: optional(z.enum(['draft', 'processing', 'done', 'partial', 'failed'])),
});

export const runSearch = z.object({
  /** Which customers are listed. */
  lines: optional(z.enum(['draft', 'processing', 'done', 'failed', 'cancelled'])),
});

/** What the list of runs asks for. */
export function runFilter({ store, state }: z.output<typeof runsSearch>): RunFilter {
  return { ...(store !== undefined && { storeId: store }), ...(state !== undefined && { state }) };
}
