import type { Sql } from '@mantis-sync/db';
import { type FreshnessPromise, promiseFreshness } from '../domain/freshness-promise.ts';
import { findFreshness } from './freshness.ts';
import { readNow } from './schedule-row.ts';

export type WebhookState = 'pending' | 'active' | 'refused' | 'off';

/** How fresh a store's customers are, as its readers see it. */
export interface FreshnessView extends FreshnessPromise {
  verifiedSince: Date | null;
  refreshedAt: Date | null;
  lastReconcileAt: Date | null;
  /** What the last reconcile found that webhooks and deltas had missed. */
  lastMissed: { created: number; updated: number; deleted: number } | null;
  webhooks: { state: WebhookState; gapSince: Date | null; lastDeliveryAt: Date | null } | null;
}

export async function readFreshnessView(sql: Sql, storeId: string): Promise<FreshnessView> {
  const { verifiedSince, refreshedAt, lastReconcileAt, lastMissed } = await findFreshness(
    sql,
    storeId,
  );
  const webhooks = await findWebhookHealth(sql, storeId);
  const webhooksDeliver = webhooks?.state === 'active' && webhooks.gapSince === null;
  const now = await readNow(sql);
  const facts = { now, verifiedSince, refreshedAt, webhooksDeliver };
  return {
    ...promiseFreshness(facts),
    verifiedSince,
    refreshedAt,
    lastReconcileAt,
    lastMissed,
    webhooks,
  };
}

async function findWebhookHealth(sql: Sql, storeId: string): Promise<FreshnessView['webhooks']> {
  const { rows } = await sql.query<{
    state: WebhookState;
    gap_since: Date | null;
    last_delivery_at: Date | null;
  }>('select state, gap_since, last_delivery_at from woo_webhook_endpoint where store_id = $1', [
    storeId,
  ]);
  const row = rows[0];
  return row
    ? { state: row.state, gapSince: row.gap_since, lastDeliveryAt: row.last_delivery_at }
    : null;
}
