import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import { mergeRunSettings } from '../domain/run-settings.ts';
import { recordStart } from '../runs/record-start.ts';
import { enqueueJob } from '../sql/jobs.ts';
import { findActiveRun, insertRun } from '../sql/runs.ts';
import { findStore } from '../sql/stores.ts';

/** Deliveries come in bursts: what follows within this time is taken with the first. */
const DEBOUNCE_MS = 1_000;

const WEBHOOK_ACTOR: Actor = { type: 'webhook', id: null, name: 'WooCommerce' };

/** Sets the run going that takes a store's pending deliveries; makes one where none is active. */
export async function wakeWebhookRun(sql: Sql, orgId: string, storeId: string): Promise<void> {
  const active = await findActiveRun(sql, storeId, 'webhook');
  if (active) await enqueueJob(sql, 'sync.discover', active.id, DEBOUNCE_MS);
  else await startWebhookRun(sql, orgId, storeId);
}

async function startWebhookRun(sql: Sql, orgId: string, storeId: string): Promise<void> {
  const store = await findStore(sql, storeId);
  if (!store) return;
  const id = await insertRun(sql, {
    orgId,
    storeId,
    kind: 'webhook',
    idempotencyKey: null,
    requestHash: createHash('sha256').update(`webhook ${storeId}`).digest(),
    actor: WEBHOOK_ACTOR,
    settings: mergeRunSettings(store.settings),
  });
  // Null: another delivery was first and has enqueued the job.
  if (id === null) return;
  await recordStart(sql, id, { message: 'Webhooks came in.', actor: WEBHOOK_ACTOR }, DEBOUNCE_MS);
}
