import type { Sql } from '@mantis-sync/db';
import { type FreshnessPromise, promiseFreshness } from '../domain/freshness-promise.ts';

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

interface RawFreshnessView {
  store_id: string;
  now: Date;
  verified_since: Date | null;
  refreshed_at: Date | null;
  last_reconcile_at: Date | null;
  last_missed: FreshnessView['lastMissed'];
  webhook_state: WebhookState | null;
  gap_since: Date | null;
  last_delivery_at: Date | null;
}

/** How fresh the customers of each store are; of all stores, or of one. */
export async function readFreshnessViews(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, FreshnessView>> {
  const { rows } = await sql.query<RawFreshnessView>(
    `select store.id as store_id, mantis.now() as now, freshness.verified_since,
            freshness.refreshed_at, freshness.last_reconcile_at, freshness.last_missed,
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
    ...promiseFreshness({ now, verifiedSince, refreshedAt, webhooksDeliver }),
    verifiedSince,
    refreshedAt,
    lastReconcileAt: row.last_reconcile_at,
    lastMissed: row.last_missed,
    webhooks,
  };
}
