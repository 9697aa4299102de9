import { createHash, randomUUID } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import { SyncError } from '../domain/sync-error.ts';
import { requireActiveStore } from '../sql/stores.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import { findActiveRun } from '../sql/run-row.ts';
import { hasPendingDeliveryOf, insertDelivery } from '../sql/deliveries.ts';
import { wakeWebhookRun } from './webhook-run.ts';

/** The delivery topic of a customer that a person refreshed. */
const REFRESH_TOPIC = 'customer.refresh';

/**
 * Reads one customer from the store, in the run that also processes webhooks. Repeated requests before it is
 * read are merged.
 *
 * @returns the run that reads it
 * @throws SyncError `store_not_found`, `store_paused`, `already_active`
 */
export async function refreshCustomer(
  sql: Sql,
  { orgId, actor }: Caller,
  { storeId, wooId }: { storeId: string; wooId: number },
): Promise<string> {
  await requireActiveStore(sql, storeId);
  const message = `Customer ${wooId} will be read from the store.`;
  if (!(await hasPendingDeliveryOf(sql, storeId, wooId))) {
    const deliveryId = randomUUID();
    await insertDelivery(sql, {
      orgId,
      storeId,
      deliveryId,
      topic: REFRESH_TOPIC,
      bodyHash: createHash('sha256').update(deliveryId).digest(),
      wooCustomerId: wooId,
    });
    const event = 'customer.refreshed';
    await appendStoreActivity(sql, orgId, storeId, { event, message, actor, data: { wooId } });
  }
  const runId =
    (await wakeWebhookRun(sql, orgId, storeId, { message, actor })) ??
    (await findActiveRun(sql, storeId, 'webhook'))?.id;
  if (runId === undefined)
    throw new SyncError('already_active', 'Another run of this store has just ended. Try again.');
  return runId;
}
