import {
  type DeliveryPage,
  LINE_OUTCOMES,
  LINE_STATES,
  type WebhookStatus,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of the procedures of `webhook`. */

export const webhookInput = z.strictObject({ storeId: z.uuid() });
export const setEnabledInput = z.strictObject({ storeId: z.uuid(), enabled: z.boolean() });

export const deliveriesInput = z.strictObject({
  storeId: z.uuid(),
  cursor: z.string().min(1).max(500).optional(),
  limit: z.int().min(1).max(100).default(25),
});
export const deliveriesOutput = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      receivedAt: z.date(),
      topic: z.string(),
      wooCustomerId: z.number().nullable(),
      status: z.number(),
      state: z.enum(['pending', 'applied', 'ignored']),
      runId: z.string().nullable(),
      line: z
        .object({
          position: z.number(),
          state: z.enum(LINE_STATES),
          outcome: z.enum(LINE_OUTCOMES).nullable(),
        })
        .nullable(),
    }),
  ),
  refusals: z.array(
    z.object({
      hour: z.date(),
      reason: z.enum(['no_signature', 'bad_signature', 'too_large', 'too_many']),
      status: z.number(),
      count: z.number(),
    }),
  ),
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<DeliveryPage>;

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
