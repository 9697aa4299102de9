import type { Sql } from '@mantis-sync/db';
import { type FreshnessPromise, promiseFreshness } from '../domain/freshness-promise.ts';

/** What is known about a store's list across runs. */
export interface Freshness {
  /** Every customer up to this id was seen by a walk or by the step `newest`; 0 before. */
  newestWooId: number;
  /** Position of the rolling verification. */
  window: { lastId: number; offset: number; passStartedAt: Date | null };
  /** Every customer has been compared with the store since this time; null before the first complete walk. */
  verifiedSince: Date | null;
  /** The report of active customers has been read up to this time. */
  activeUntil: Date | null;
  /** The store's orders have been read for guests up to this time. */
  ordersUntil: Date | null;
  /** Start of the last complete run that requested everything new. */
  refreshedAt: Date | null;
  lastReconcileAt: Date | null;
  /** What the last reconcile found that webhooks and deltas had missed. */
  lastMissed: { created: number; updated: number; deleted: number } | null;
}

interface RawFreshness {
  newest_woo_id: number;
  slice_last_id: number;
  slice_rank: number;
  slice_pass_started_at: Date | null;
  verified_since: Date | null;
  active_until: Date | null;
  orders_until: Date | null;
  refreshed_at: Date | null;
  last_reconcile_at: Date | null;
  last_missed: Freshness['lastMissed'];
}

/** What is known about a store; empty before its first run. */
export async function findFreshness(sql: Sql, storeId: string): Promise<Freshness> {
  const { rows } = await sql.query<RawFreshness>(
    `select newest_woo_id, slice_last_id, slice_rank, slice_pass_started_at, verified_since,
            active_until, orders_until, refreshed_at, last_reconcile_at, last_missed
       from store_freshness where store_id = $1`,
    [storeId],
  );
  const raw = rows[0];
  return {
    newestWooId: raw?.newest_woo_id ?? 0,
    window: {
      lastId: raw?.slice_last_id ?? 0,
      offset: raw?.slice_rank ?? 0,
      passStartedAt: raw?.slice_pass_started_at ?? null,
    },
    verifiedSince: raw?.verified_since ?? null,
    activeUntil: raw?.active_until ?? null,
    ordersUntil: raw?.orders_until ?? null,
    refreshedAt: raw?.refreshed_at ?? null,
    lastReconcileAt: raw?.last_reconcile_at ?? null,
    lastMissed: raw?.last_missed ?? null,
  };
}

interface Owner {
  orgId: string;
  storeId: string;
}

/** Records that a whole walk read the list. It counts as a comparison once its lines are done. */
export async function recordFullWalk(
  sql: Sql,
  run: Owner & { id: string; createdAt: Date },
  newestWooId: number,
): Promise<void> {
  await write(
    sql,
    run,
    `newest_woo_id = greatest(store_freshness.newest_woo_id, $3),
     read_run_id = $4, read_since = $5, pass_failures = 0,
     slice_last_id = 0, slice_rank = 0, slice_pass_started_at = null`,
    [newestWooId, run.id, run.createdAt],
  );
}

/** Records that the newest customers were read down to a known one. */
export async function recordNewest(sql: Sql, owner: Owner, newestWooId: number): Promise<void> {
  await write(sql, owner, 'newest_woo_id = greatest(store_freshness.newest_woo_id, $3)', [
    newestWooId,
  ]);
}

/** Records the start of a window; the first one of a pass sets the time from which the pass counts. */
export async function recordWindowStart(sql: Sql, owner: Owner): Promise<void> {
  await write(
    sql,
    owner,
    `pass_failures = case when slice_pass_started_at is null then 0 else pass_failures end,
     slice_pass_started_at = coalesce(slice_pass_started_at, mantis.now())`,
  );
}

/** Records the end of a window, where the next one starts. */
export async function recordWindowEnd(
  sql: Sql,
  owner: Owner,
  position: { lastId: number; offset: number },
): Promise<void> {
  await write(sql, owner, 'slice_last_id = $3, slice_rank = $4', [
    position.lastId,
    position.offset,
  ]);
}

/** Records that a pass reached the end of the list: everything was read since the pass began. */
export async function recordPass(
  sql: Sql,
  run: Owner & { id: string },
  newestWooId: number,
): Promise<void> {
  await write(
    sql,
    run,
    `newest_woo_id = greatest(store_freshness.newest_woo_id, $3),
     read_run_id = $4, read_since = slice_pass_started_at,
     slice_last_id = 0, slice_rank = 0, slice_pass_started_at = null`,
    [newestWooId, run.id],
  );
}

/**
 * A run ended whose list was read. If it read the last of the store's list, everything counts as compared,
 * unless lines of it, or of the windows before it, failed.
 *
 * @param failures lines of the run that are not done
 */
export async function recordCompared(
  sql: Sql,
  run: Owner & { id: string },
  failures: number,
): Promise<void> {
  await write(
    sql,
    run,
    `verified_since = case when read_run_id = $3 and pass_failures + $4 = 0
                           then greatest(verified_since, read_since) else verified_since end,
     unverified = case when read_run_id = $3 then pass_failures + $4 else unverified end,
     pass_failures = case when read_run_id = $3 then pass_failures else pass_failures + $4 end`,
    [run.id, failures],
  );
}

/** Records that the report of active customers was read up to this time, by the store's clock. */
export async function recordActive(sql: Sql, owner: Owner, until: Date): Promise<void> {
  await write(sql, owner, 'active_until = greatest(store_freshness.active_until, $3)', [until]);
}

/** Records that the orders were read for guests up to this time, by the store's clock. */
export async function recordOrders(sql: Sql, owner: Owner, until: Date): Promise<void> {
  await write(sql, owner, 'orders_until = greatest(store_freshness.orders_until, $3)', [until]);
}

/** Records the end of a run that requested everything new and began at `startedAt`. */
export async function recordRefreshed(sql: Sql, owner: Owner, startedAt: Date): Promise<void> {
  await write(sql, owner, 'refreshed_at = greatest(store_freshness.refreshed_at, $3)', [startedAt]);
}

/** Records a reconcile that began at `startedAt`, with what had been missed. */
export async function recordReconcile(
  sql: Sql,
  owner: Owner,
  startedAt: Date,
  missed: { created: number; updated: number; deleted: number },
): Promise<void> {
  await write(
    sql,
    owner,
    'last_reconcile_at = greatest(store_freshness.last_reconcile_at, $3), last_missed = $4::jsonb',
    [startedAt, JSON.stringify(missed)],
  );
}

async function write(
  sql: Sql,
  { orgId, storeId }: Owner,
  assignments: string,
  values: readonly unknown[] = [],
): Promise<void> {
  await sql.query(
    `insert into store_freshness (org_id, store_id) values ($1, $2) on conflict do nothing`,
    [orgId, storeId],
  );
  // The organisation is a parameter of both statements, so that they take the same parameters.
  await sql.query(
    `update store_freshness set ${assignments}, updated_at = mantis.now()
      where org_id = $1 and store_id = $2`,
    [orgId, storeId, ...values],
  );
}

export type WebhookState = 'pending' | 'active' | 'refused' | 'off';

/** The freshness of a store's customers. */
export interface FreshnessView extends FreshnessPromise {
  verifiedSince: Date | null;
  refreshedAt: Date | null;
  lastReconcileAt: Date | null;
  /** What the last reconcile found that webhooks and deltas had missed. */
  lastMissed: { created: number; updated: number; deleted: number } | null;
  webhooks: { state: WebhookState; gapSince: Date | null; lastDeliveryAt: Date | null } | null;
}

interface RawFreshnessView {
  store_id: string;
  now: Date;
  verified_since: Date | null;
  refreshed_at: Date | null;
  last_reconcile_at: Date | null;
  last_missed: FreshnessView['lastMissed'];
  unverified: number | null;
  webhook_state: WebhookState | null;
  gap_since: Date | null;
  last_delivery_at: Date | null;
}

/** The freshness of all stores, or of one. */
export async function readFreshnessViews(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, FreshnessView>> {
  const { rows } = await sql.query<RawFreshnessView>(
    `select store.id as store_id, mantis.now() as now, freshness.verified_since,
            freshness.refreshed_at, freshness.last_reconcile_at, freshness.last_missed,
            freshness.unverified,
            endpoint.state as webhook_state, endpoint.gap_since, endpoint.last_delivery_at
       from woo_store store
       left join store_freshness freshness
         on freshness.org_id = store.org_id and freshness.store_id = store.id
       left join woo_webhook_endpoint endpoint
         on endpoint.org_id = store.org_id and endpoint.store_id = store.id
      where $1::uuid is null or store.id = $1`,
    [storeId],
  );
  return new Map(rows.map((row) => [row.store_id, toView(row)]));
}

function toView(row: RawFreshnessView): FreshnessView {
  const { now, verified_since: verifiedSince, refreshed_at: refreshedAt } = row;
  const webhooks = row.webhook_state && {
    state: row.webhook_state,
    gapSince: row.gap_since,
    lastDeliveryAt: row.last_delivery_at,
  };
  const webhooksDeliver = webhooks?.state === 'active' && webhooks.gapSince === null;
  return {
    ...promiseFreshness({
      now,
      verifiedSince,
      refreshedAt,
      unverified: row.unverified ?? 0,
      webhooksDeliver,
      gapSince: row.gap_since,
    }),
    verifiedSince,
    refreshedAt,
    lastReconcileAt: row.last_reconcile_at,
    lastMissed: row.last_missed,
    webhooks,
  };
}
