import {
  runSettingsOverridesSchema,
  storeDiagnosisSchema,
  type RunSettings,
  type StoreView,
} from '@mantis-sync/sync-core';
import { z } from 'zod';
import { lineText, noteText } from './plain-text.ts';
import { runStatusSchema } from './run-schemas.ts';

/** Input and output of the procedures of `store`. Keys go in and never come out. */

const nameSchema = lineText(200);
const keySchema = lineText(200);

export const storeInput = z.strictObject({ storeId: z.uuid() });

export const connectInput = z.strictObject({
  name: nameSchema,
  url: z.string().trim().min(1).max(2_000),
  consumerKey: keySchema,
  consumerSecret: keySchema,
  /** Of its schedules; an IANA name. UTC unless given. */
  timeZone: z.string().min(1).max(64).optional(),
  settings: runSettingsOverridesSchema.optional(),
});

export const tryConnectionInput = connectInput.pick({
  url: true,
  consumerKey: true,
  consumerSecret: true,
});

export const updateInput = z
  .strictObject({
    storeId: z.uuid(),
    name: nameSchema.optional(),
    consumerKey: keySchema.optional(),
    consumerSecret: keySchema.optional(),
    settings: runSettingsOverridesSchema.optional(),
  })
  .refine((input) => (input.consumerKey === undefined) === (input.consumerSecret === undefined), {
    error: 'Give the consumer key and its secret together',
  });

export const pauseInput = z.strictObject({
  storeId: z.uuid(),
  reason: noteText(500),
});

const settingsView = z.object({
  batchSize: z.number(),
  batchDelayMs: z.number(),
  pace: z.enum(['auto', 'gentle']),
  maxRetries: z.number(),
  retryBaseMs: z.number(),
  maxRounds: z.number(),
  pageSize: z.number(),
  pagesAhead: z.number(),
  maxPageAttempts: z.number(),
  maxParallelBatches: z.number(),
  roleFilter: z.string(),
  deltaSlices: z.number(),
  guests: z.enum(['off', 'on']),
}) satisfies z.ZodType<RunSettings>;

const freshnessSchema = z.object({
  /** No customer is older than this; null before the first whole walk. */
  guaranteedAgeSeconds: z.number().nullable(),
  /** New and active customers are likely no older than this. */
  expectedAgeSeconds: z.number().nullable(),
  text: z.string(),
  verifiedSince: z.date().nullable(),
  refreshedAt: z.date().nullable(),
  lastReconcileAt: z.date().nullable(),
  lastMissed: z
    .object({ created: z.number(), updated: z.number(), deleted: z.number() })
    .nullable(),
  webhooks: z
    .object({
      state: z.enum(['pending', 'active', 'refused', 'off']),
      gapSince: z.date().nullable(),
      lastDeliveryAt: z.date().nullable(),
    })
    .nullable(),
});

export const storeViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  state: z.enum(['active', 'paused']),
  pause: z.object({ code: z.string(), reason: z.string(), at: z.date() }).nullable(),
  authMode: z.enum(['basic', 'query', 'oauth1']),
  routeStyle: z.enum(['pretty', 'plain']),
  keyHint: z.string(),
  wooVersion: z.string().nullable(),
  settings: settingsView,
  customers: z.number(),
  lastRun: runStatusSchema.nullable(),
  lastOkAt: z.date().nullable(),
  lastError: z.object({ code: z.string(), at: z.date() }).nullable(),
  freshness: freshnessSchema,
  diagnosis: storeDiagnosisSchema.nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
}) satisfies z.ZodType<StoreView>;

export const storeListOutput = z.array(storeViewSchema);
export const removeOutput = z.object({ storeId: z.string() });
export const diagnosisOutput = storeDiagnosisSchema;
