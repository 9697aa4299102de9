import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import { firstStep, type RunKind } from '../domain/run-kind.ts';
import type { RunSettings } from '../run-settings.ts';
import { currentTraceParent } from '../trace.ts';

export interface NewQueue {
  orgId: string;
  storeId: string;
  kind: RunKind;
  idempotencyKey: string | null;
  requestHash: Buffer;
  actor: Actor;
  settings: RunSettings;
}

/**
 * Makes a run, unless its idempotency key is taken or its store has an active run of its sort:
 * one that walks, one that applies webhooks.
 *
 * @returns its id, or null where one of the two exists: callers that race get one run between them
 */
export async function insertQueue(sql: Sql, queue: NewQueue): Promise<string | null> {
  const { settings } = queue;
  const { rows } = await sql.query<{ id: string }>(
    `insert into woo_customer_sync_queue (
       org_id, store_id, idempotency_key, request_hash, actor_type, actor_id, actor_name,
       batch_size, batch_delay_ms, pace, max_retries, retry_base_ms, max_rounds,
       page_size, walk_page_size, pages_ahead, walk_ahead, max_page_attempts, max_parallel_batches, role_filter,
       kind, step, delta_slices, guests, trace_parent)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $15, $16, $17, $18, $19, $20, $21, $22, $23)
     on conflict do nothing
     returning id`,
    [
      queue.orgId,
      queue.storeId,
      queue.idempotencyKey,
      queue.requestHash,
      queue.actor.type,
      queue.actor.id,
      queue.actor.name,
      settings.batchSize,
      settings.batchDelayMs,
      settings.pace,
      settings.maxRetries,
      settings.retryBaseMs,
      settings.maxRounds,
      settings.pageSize,
      settings.pagesAhead,
      settings.maxPageAttempts,
      settings.maxParallelBatches,
      settings.roleFilter,
      queue.kind,
      firstStep(queue.kind),
      settings.deltaSlices,
      settings.guests,
      currentTraceParent(),
    ],
  );
  return rows[0]?.id ?? null;
}
