import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import { SyncError } from '../domain/sync-error.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import type { WebhookState } from '../sql/freshness.ts';
import { enqueueStoreJob } from '../sql/jobs.ts';
import { findStore } from '../sql/stores.ts';
import { findEndpoint, listWebhooks, readRefusals, setWanted } from '../sql/webhooks.ts';

/** How a store's webhooks are. */
export interface WebhookStatus {
  storeId: string;
  state: WebhookState;
  /** Why not, and what to do; null when all is well. */
  reason: string | null;
  isWanted: boolean;
  topics: { topic: string; status: string }[];
  lastDeliveryAt: Date | null;
  checkedAt: Date | null;
  /** Deliveries may be lost since this time; a run that asks for all that is new ends it. */
  gapSince: Date | null;
  /** Deliveries of the last 24 hours that were refused, by reason. */
  refused: Record<string, number>;
}

/** Webhooks of stores. Every method throws SyncError `store_not_found`. */
export interface WebhookService {
  status(caller: Caller, input: { storeId: string }): Promise<WebhookStatus>;
  /** Has the worker look at them now. */
  repair(caller: Caller, input: { storeId: string }): Promise<WebhookStatus>;
  /** Switched off, they are removed from the store. */
  setEnabled(caller: Caller, input: { storeId: string; enabled: boolean }): Promise<WebhookStatus>;
}

export function createWebhookService({ database }: { database: Database }): WebhookService {
  return {
    status: (caller, { storeId }) =>
      database.withOrg(caller.orgId, (sql) => readStatus(sql, storeId)),
    repair: (caller, { storeId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const status = await readStatus(sql, storeId);
        await enqueueStoreJob(sql, 'store.webhooks', storeId);
        return status;
      }),
    setEnabled: (caller, { storeId, enabled }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await readStatus(sql, storeId);
        if (await setWanted(sql, storeId, enabled)) {
          await appendStoreActivity(sql, caller.orgId, storeId, {
            event: enabled ? 'webhooks.switched_on' : 'webhooks.switched_off',
            message: enabled ? 'Webhooks were switched on.' : 'Webhooks were switched off.',
            actor: caller.actor,
          });
          await enqueueStoreJob(sql, 'store.webhooks', storeId);
        }
        return readStatus(sql, storeId);
      }),
  };
}

async function readStatus(sql: Sql, storeId: string): Promise<WebhookStatus> {
  if (!(await findStore(sql, storeId)))
    throw new SyncError('store_not_found', 'There is no such store.');
  const endpoint = await findEndpoint(sql, storeId);
  const topics = await listWebhooks(sql, storeId);
  return {
    storeId,
    state: endpoint?.state ?? 'pending',
    reason: endpoint?.reason ?? null,
    isWanted: endpoint?.isWanted ?? true,
    topics: topics.map(({ topic, status }) => ({ topic, status })),
    lastDeliveryAt: endpoint?.lastDeliveryAt ?? null,
    checkedAt: endpoint?.checkedAt ?? null,
    gapSince: endpoint?.gapSince ?? null,
    refused: await readRefusals(sql, storeId),
  };
}
