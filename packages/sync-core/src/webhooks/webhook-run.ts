import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import { mergeRunSettings } from '../domain/run-settings.ts';
import { recordStart } from '../runs/record-start.ts';
import { enqueueJob } from '../sql/jobs.ts';
import { insertRun } from '../sql/runs.ts';
import { findActiveRun } from '../sql/run-row.ts';
import { findStore } from '../sql/stores.ts';

/** Deliveries come in bursts: those within this time are processed together. */
const DEBOUNCE_MS = 1_000;

/** Why a run that processes deliveries starts. */
interface WebhookRunStart {
  message: string;
  actor: Actor;
}

const BY_WEBHOOK: WebhookRunStart = {
  message: 'Received webhooks.',
  actor: { type: 'webhook', id: null, name: 'WooCommerce' },
};

/**
 * Wakes the run that processes a store's pending deliveries; creates one if none is active.
 *
 * @returns its id; null if another caller creates it at the same moment
 */
export async function wakeWebhookRun(
  sql: Sql,
  orgId: string,
  storeId: string,
  start: WebhookRunStart = BY_WEBHOOK,
): Promise<string | null> {
  const active = await findActiveRun(sql, storeId, 'webhook');
  if (!active) return startWebhookRun(sql, orgId, storeId, start);
  await enqueueJob(sql, 'sync.discover', active.id, DEBOUNCE_MS);
  return active.id;
}

async function startWebhookRun(
  sql: Sql,
  orgId: string,
  storeId: string,
  start: WebhookRunStart,
): Promise<string | null> {
  const store = await findStore(sql, storeId);
  if (!store) return null;
  const id = await insertRun(sql, {
    orgId,
    storeId,
    kind: 'webhook',
    idempotencyKey: null,
    requestHash: createHash('sha256').update(`webhook ${storeId}`).digest(),
    actor: start.actor,
    settings: mergeRunSettings(store.settings),
  });
  // Null: another delivery was first and has enqueued the job.
  if (id === null) return null;
  await recordStart(sql, id, start, DEBOUNCE_MS);
  return id;
}
