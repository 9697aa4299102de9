import {
  lineText,
  noteText,
  runSettingsOverridesSchema,
  STARTABLE_KINDS,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/**
 * What each task is called with. Other apps add jobs of these by graphile-worker or by SQL alone
 * (docs/jobs.md); whoever uses graphile-worker's TypeScript gets the payloads checked by
 * `import type {} from '@mantis-sync/worker/tasks'`.
 */

/** Who asked, as the log is to name them. */
const requestedBy = lineText(100).optional();

export const startPayload = z.strictObject({
  orgId: z.uuid(),
  storeId: z.uuid(),
  /** `full` unless given. The first delta of a store is a full walk. */
  kind: z.enum(STARTABLE_KINDS).optional(),
  /** The same key returns the same run; with another request it is refused. */
  idempotencyKey: lineText(200).optional(),
  /** Settings of this run alone, over those of the store. */
  settings: runSettingsOverridesSchema.optional(),
  requestedBy,
});

export const retryPayload = z.strictObject({
  orgId: z.uuid(),
  runId: z.uuid(),
  /** Needed once the run asks for a person. */
  override: z.boolean().optional(),
  requestedBy,
});

export const forceDonePayload = z.strictObject({
  orgId: z.uuid(),
  runId: z.uuid(),
  /** Goes into the log of the run. */
  reason: noteText(500),
  requestedBy,
});

export const runPayload = z.strictObject({ orgId: z.uuid(), runId: z.uuid() });
export const storePayload = z.strictObject({ orgId: z.uuid(), storeId: z.uuid() });

declare global {
  namespace GraphileWorker {
    interface Tasks {
      'sync.start': z.input<typeof startPayload>;
      'sync.retry': z.input<typeof retryPayload>;
      'sync.force_done': z.input<typeof forceDonePayload>;
      'store.diagnose': z.input<typeof storePayload>;
      'store.webhooks': z.input<typeof storePayload>;
      'sync.discover': z.input<typeof runPayload>;
      'sync.process': z.input<typeof runPayload>;
      'sync.sweep': Record<string, never>;
      'webhooks.check': Record<string, never>;
      'schedule.tick': Record<string, never>;
      'retention.sweep': Record<string, never>;
    }
  }
}
