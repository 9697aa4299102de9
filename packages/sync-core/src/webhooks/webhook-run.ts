import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import { mergeRunSettings } from '../domain/run-settings.ts';
import { appendActivity } from '../sql/activity.ts';
import { notifyRunChanged, enqueueJob } from '../sql/jobs.ts';
import { findActiveRun, insertRun } from '../sql/runs.ts';
import { findStore } from '../sql/stores.ts';

/** Deliveries come in bursts: what follows within this time is taken with the first. */
const DEBOUNCE_MS = 1_000;

const WEBHOOK_ACTOR: Actor = { type: 'webhook', id: null, name: 'WooCommerce' };

/** Sets the run going that takes a store's pending deliveries; makes one where none is active. */
export async function wakeWebhookRun(sql: Sql, orgId: string, storeId: string): Promise<void> {
  const active = await findActiveRun(sql, storeId, 'webhook');
  const runId = active?.id ?? (await insertWebhookRun(sql, orgId, storeId));
  if (runId) await enqueueJob(sql, 'sync.discover', runId, DEBOUNCE_MS);
}

async function insertWebhookRun(sql: Sql, orgId: string, storeId: string): Promise<string | null> {
  const store = await findStore(sql, storeId);
  if (!store) return null;
  const id = await insertRun(sql, {
    orgId,
    storeId,
    kind: 'webhook',
    idempotencyKey: null,
    requestHash: createHash('sha256').update(`webhook ${storeId}`).digest(),
    actor: WEBHOOK_ACTOR,
    settings: mergeRunSettings(store.settings),
  });
  // Null: another delivery was first, and has rung.
  if (id === null) return null;
  await appendActivity(sql, id, [
    { event: 'run.started', message: 'Webhooks came in.', actor: WEBHOOK_ACTOR },
  ]);
  await notifyRunChanged(sql, id);
  return id;
}
