import type { WebhookStatus } from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of the procedures of `webhook`. */

export const webhookInput = z.strictObject({ storeId: z.uuid() });
export const setEnabledInput = z.strictObject({ storeId: z.uuid(), enabled: z.boolean() });

export const webhookStatusSchema = z.object({
  storeId: z.string(),
  state: z.enum(['pending', 'active', 'refused', 'off']),
  reason: z.string().nullable(),
  isWanted: z.boolean(),
  topics: z.array(z.object({ topic: z.string(), status: z.string() })),
  lastDeliveryAt: z.date().nullable(),
  checkedAt: z.date().nullable(),
  gapSince: z.date().nullable(),
  refused: z.record(z.string(), z.number()),
}) satisfies z.ZodType<WebhookStatus>;
