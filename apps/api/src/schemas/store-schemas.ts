import {
  activityViewSchema,
  actorSchema,
  AUTHORIZATION_SCOPES,
  type AuthorizationView,
  findingSchema,
  isTimeZone,
  lineText,
  noteText,
  type ProbeView,
  RUN_STATES,
  runSettingsOverridesSchema,
  runSettingsSchema,
  runStatusSchema,
  SCHEDULE_PRESETS,
  STARTABLE_KINDS,
  storeDiagnosisSchema,
  type StoreView,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of the procedures of `store`. Keys are accepted but never returned. */

const nameSchema = lineText(200);
const keySchema = lineText(200);

export const storeInput = z.strictObject({ storeId: z.uuid() });

const urlSchema = z.string().trim().min(1).max(2_000);

/** The chosen settings of a new store. */
const choices = {
  name: nameSchema,
  /** Time zone of its schedules; an IANA name. UTC unless given. */
  timeZone: z.string().min(1).max(64).optional(),
  /** How often it is synced; every 15 minutes unless given. */
  schedules: z.enum(SCHEDULE_PRESETS).optional(),
  settings: runSettingsOverridesSchema.optional(),
};

/** Login of the web server in front of a store, as staging sites have it. */
const webLoginSchema = z.strictObject({
  user: z.string().min(1).max(200),
  password: z.string().max(200),
});

export const connectInput = z.strictObject({
  ...choices,
  url: urlSchema,
  consumerKey: keySchema,
  consumerSecret: keySchema,
  webLogin: webLoginSchema.optional(),
});

export const probeInput = z.strictObject({ url: urlSchema, webLogin: webLoginSchema.optional() });

export const beginAuthorizationInput = z.strictObject({
  ...choices,
  url: urlSchema,
  webLogin: webLoginSchema.optional(),
  /** `read` only polls; `read_write` also delivers changes by webhook. */
  scope: z.enum(AUTHORIZATION_SCOPES),
});

export const authorizationInput = z.strictObject({ authorizationId: z.uuid() });

export const tryConnectionInput = connectInput.pick({
  url: true,
  consumerKey: true,
  consumerSecret: true,
  webLogin: true,
});

export const updateInput = z
  .strictObject({
    storeId: z.uuid(),
    name: nameSchema.optional(),
    consumerKey: keySchema.optional(),
    consumerSecret: keySchema.optional(),
    /** Null removes it. */
    webLogin: webLoginSchema.nullable().optional(),
    /** Merged into the store's settings. */
    settings: runSettingsOverridesSchema.optional(),
  })
  .refine((input) => (input.consumerKey === undefined) === (input.consumerSecret === undefined), {
    error: 'Give the consumer key and its secret together',
  });

export const pauseInput = z.strictObject({
  storeId: z.uuid(),
  reason: noteText(500),
});

export const removeInput = z.strictObject({
  storeId: z.uuid(),
  /** The name of the store as entered to confirm. */
  confirmName: nameSchema.optional(),
});

export const dismissFindingInput = z.strictObject({
  storeId: z.uuid(),
  code: z.string().min(1).max(100),
  isDismissed: z.boolean(),
});

export const storeActivityInput = z.strictObject({
  storeId: z.uuid(),
  cursor: z.string().min(1).max(500).optional(),
  limit: z.int().min(1).max(100).default(25),
});
export const storeActivityOutput = z.object({
  items: z.array(activityViewSchema),
  nextCursor: z.string().nullable(),
});

export const runDaysInput = z.strictObject({
  storeId: z.uuid(),
  days: z.int().min(1).max(366),
  /** Decides where a day begins. */
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, { error: 'Expected a name such as Europe/Berlin' }),
});
export const runDaysOutput = z.array(
  z.object({
    date: z.string(),
    runs: z.number(),
    longestSeconds: z.number(),
    failed: z.number(),
    changed: z.number(),
  }),
);

const freshnessSchema = z.object({
  /** Maximum age of every customer; null before the first complete walk. */
  guaranteedAgeSeconds: z.number().nullable(),
  /** Likely maximum age of new and active customers. */
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

const recentRunSchema = z.object({
  runId: z.string(),
  kind: z.enum(STARTABLE_KINDS),
  state: z.enum(RUN_STATES),
  at: z.date(),
  seconds: z.number().nullable(),
  isForced: z.boolean(),
  total: z.number(),
  failed: z.number(),
  changed: z.number(),
});

export const storeViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  state: z.enum(['active', 'paused']),
  pause: z
    .object({
      code: z.string(),
      reason: z.string(),
      at: z.date(),
      by: actorSchema.nullable(),
      isByPerson: z.boolean(),
    })
    .nullable(),
  authMode: z.enum(['basic', 'query', 'oauth1']),
  routeStyle: z.enum(['pretty', 'plain']),
  keyHint: z.string(),
  hasWebLogin: z.boolean(),
  wooVersion: z.string().nullable(),
  settings: runSettingsSchema,
  customers: z.number(),
  lastRun: runStatusSchema.nullable(),
  recentRuns: z.array(recentRunSchema),
  lastOkAt: z.date().nullable(),
  lastError: z.object({ code: z.string(), at: z.date() }).nullable(),
  freshness: freshnessSchema,
  diagnosis: storeDiagnosisSchema.nullable(),
  dismissedFindings: z.array(z.string()),
  createdAt: z.date(),
  updatedAt: z.date(),
}) satisfies z.ZodType<StoreView>;

export const storeListOutput = z.array(storeViewSchema);
export const removeOutput = z.object({ storeId: z.string() });
export const diagnosisOutput = storeDiagnosisSchema;

/** Numbers of secrets: a store's pair of keys, a webhook's secret. */
export const resealOutput = z.object({
  stores: z.number(),
  resealed: z.number(),
  /** Already encrypted with the newest key. */
  current: z.number(),
  /** No key of the server decrypts them: enter the keys of those stores again. */
  unreadable: z.number(),
  /** Changed meanwhile: repeat the rotation. */
  contended: z.number(),
});

export const probeOutput = z.object({
  findings: z.array(findingSchema),
  url: z.string().nullable(),
  site: z.object({ name: z.string().nullable(), timeZone: z.string().nullable() }),
  known: z.object({ storeId: z.string(), name: z.string() }).nullable(),
  oneClick: z.object({ isPossible: z.boolean(), reason: z.string().nullable() }).nullable(),
}) satisfies z.ZodType<ProbeView>;

export const begunAuthorizationOutput = z.object({
  authorizationId: z.string(),
  /** The store's approval page. */
  authorizeUrl: z.string(),
  expiresAt: z.date(),
});

export const authorizationOutput = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'verifying', 'connected', 'refused', 'expired']),
  storeId: z.string().nullable(),
  refusal: z.object({ code: z.string(), reason: z.string() }).nullable(),
  url: z.string(),
  name: z.string(),
  settings: runSettingsOverridesSchema,
  timeZone: z.string(),
  schedules: z.enum(SCHEDULE_PRESETS),
  scope: z.enum(AUTHORIZATION_SCOPES),
  expiresAt: z.date(),
}) satisfies z.ZodType<AuthorizationView>;
