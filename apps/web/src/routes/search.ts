import * as zod from 'zod/mini';
import { catch as fallBack } from 'zod/mini';
import type { ActivityView } from '../activity-view.ts';
import type { CustomerFilter } from '../customer-filter.ts';
import type { LineFilter } from '../line-filter.ts';
import type { RunFilter } from '../live/merge-runs.ts';

// What the address says is believed as far as it can be read; the rest is dropped, not refused.
const optional = <Schema extends zod.ZodMiniType>(schema: Schema) =>
  fallBack(zod.optional(schema), undefined);

const positive = zod.int().check(zod.gte(1), zod.lte(2_147_483_647));

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
  dialog: optional(zod.enum(['connection', 'edit', 'pause', 'remove', 'schedules', 'webhooks'])),
  store: optional(zod.string()),
  /** Which stores are shown, and in what order: the worst first unless it says. */
  health: optional(zod.enum(['needs', 'poor', 'running', 'new', 'good'])),
  find: optional(zod.string()),
  sort: optional(zod.enum(['name', 'run', 'freshness', 'customers'])),
});

export const connectSearch = zod.object({
  /** The shop's, as it was typed. */
  address: optional(zod.string().check(zod.trim(), zod.minLength(1), zod.maxLength(2_000))),
  by: optional(zod.enum(['shop', 'keys'])),
  step: optional(zod.enum(['address', 'settings'])),
  name: optional(zod.string().check(zod.minLength(1), zod.maxLength(200))),
  role: optional(zod.string().check(zod.regex(/^[a-z0-9_-]{1,60}$/))),
  pace: optional(zod.enum(['auto', 'gentle'])),
  guests: optional(zod.enum(['off', 'on'])),
  schedules: optional(zod.enum(['quarter_hourly', 'hourly', 'nightly', 'none'])),
  zone: optional(zod.string().check(zod.minLength(1), zod.maxLength(64))),
  scope: optional(zod.enum(['read', 'read_write'])),
  /** What was begun at the shop, and its page's word as it sends the browser back: 0 for no. */
  grant: optional(zod.uuid()),
  success: optional(zod.int()),
});

export const runsSearch = zod.object({
  store: optional(zod.uuid()),
  state: optional(zod.enum(['draft', 'processing', 'done', 'partial', 'failed'])),
});

export const runSearch = zod.object({
  /** Which customers are listed: their state, the failed ones unless given. */
  lines: optional(zod.enum(['draft', 'processing', 'done', 'failed', 'cancelled', 'all'])),
  outcome: optional(zod.enum(['created', 'updated', 'unchanged', 'deleted'])),
  /** The reason of their failure. */
  error: optional(zod.object({ code: zod.string(), message: zod.string() })),
  customer: optional(positive),
  /** The part of the list that they are in. */
  from: optional(positive),
  to: optional(positive),
  /** The customer that is looked at, by the position in the list. */
  line: optional(positive),
  /** Which entries of the log are shown. */
  levels: optional(
    zod.array(zod.enum(['info', 'warning', 'error'])).check(zod.minLength(1), zod.maxLength(2)),
  ),
  text: optional(zod.string().check(zod.trim(), zod.minLength(1), zod.maxLength(100))),
  /** The log is held still at this entry. */
  held: optional(zod.int().check(zod.gte(0), zod.lte(2_147_483_646))),
});
export type RunSearch = zod.output<typeof runSearch>;

/** The router takes what looks like a number for one. */
const typed = zod.pipe(
  zod.union([zod.string(), zod.number()]),
  zod.pipe(
    zod.transform(String),
    zod.string().check(zod.trim(), zod.minLength(1), zod.maxLength(200)),
  ),
);
const asStoreWrites = zod.string().check(zod.minLength(1), zod.maxLength(100));

export const customersSearch = zod.object({
  /** What was typed into the search. */
  q: optional(typed),
  store: optional(zod.uuid()),
  role: optional(asStoreWrites),
  country: optional(asStoreWrites),
  paying: optional(zod.boolean()),
  /** Those that the store still has unless it says. */
  status: optional(zod.enum(['deleted', 'all'])),
  /** The newest change first unless it says. */
  sort: optional(zod.enum(['name'])),
});
export type CustomersSearch = zod.output<typeof customersSearch>;

/** What the list of a run's customers asks for. */
export function lineFilter({
  lines = 'failed',
  outcome,
  error,
  customer,
  from,
  to,
}: RunSearch): LineFilter {
  return {
    ...(lines !== 'all' && { state: lines }),
    ...(outcome && { outcome }),
    ...(error && { failure: error }),
    ...(customer !== undefined && { wooCustomerId: customer }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** Which part of the log is shown. */
export function activityView({ levels, text, held }: RunSearch): ActivityView {
  return {
    ...(levels && { levels }),
    ...(text !== undefined && { text }),
    ...(held !== undefined && { until: held }),
  };
}

/** What the list of runs asks for. */
export function runFilter({ store, state }: zod.output<typeof runsSearch>): RunFilter {
  return { ...(store !== undefined && { storeId: store }), ...(state !== undefined && { state }) };
}

/** What the list of customers asks for. */
export function customerFilter({ store, ...search }: CustomersSearch): CustomerFilter {
  const given = Object.entries({ ...search, storeId: store });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
