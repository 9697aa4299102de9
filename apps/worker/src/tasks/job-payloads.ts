import {
  lineText,
  noteText,
  runSettingsOverridesSchema,
  STARTABLE_KINDS,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/**
 * The payload of each task. Other apps add these jobs with graphile-worker or SQL (docs/jobs.md); TypeScript
 * projects get them checked by `import type {} from '@mantis-sync/worker/tasks'`.
 */

/** The actor shown in the activity. */
const requestedBy = lineText(100).optional();

export const startPayload = z.strictObject({
  orgId: z.uuid(),
  storeId: z.uuid(),
  /** Default `full`. The first delta of a store is a full walk. */
  kind: z.enum(STARTABLE_KINDS).optional(),
  /** The same key returns the same run; with a different request it is rejected. */
  idempotencyKey: lineText(200).optional(),
  /** Settings of this run, which override those of the store. */
  settings: runSettingsOverridesSchema.optional(),
  requestedBy,
});

export const retryPayload = z.strictObject({
  orgId: z.uuid(),
  runId: z.uuid(),
  /** Required once the run needs a decision. */
  override: z.boolean().optional(),
  requestedBy,
});

export const forceDonePayload = z.strictObject({
  orgId: z.uuid(),
  runId: z.uuid(),
  /** Recorded in the activity of the run. */
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
