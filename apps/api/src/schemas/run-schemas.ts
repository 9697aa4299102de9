import {
  LINE_OUTCOMES,
  LINE_STATES,
  RUN_STATES,
  RUN_KINDS,
  type ActivityView,
  type BatchMap,
  CHANGE_SOURCES,
  type Failures,
  type LineDetail,
  type LineView,
  type RunStatus,
  type Throughput,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/** The public fields of a run, its lines and its activity; all others stay internal. */

export const ACTOR_TYPES = ['user', 'api_key', 'cron', 'webhook', 'system'] as const;

export const actorSchema = z.object({
  type: z.enum(ACTOR_TYPES),
  id: z.string().nullable(),
  name: z.string().nullable(),
});

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** What a failure means: the field, its value, and what to do. */
const failureHelp = {
  field: z.string().nullable(),
  received: z.string().nullable(),
  expected: z.string().nullable(),
  cause: z.string().nullable(),
  fix: z.string().nullable(),
};

export const runStatusSchema = z.object({
  runId: z.string(),
  storeId: z.string(),
  storeName: z.string(),
  kind: z.enum(RUN_KINDS),
  state: z.enum(RUN_STATES),
  phase: z.enum([
    'queued',
    'discovering',
    'processing',
    'retrying',
    'waiting_for_store',
    'paused',
    'reconciling',
    'done',
    'partial',
    'failed',
  ]),
  phaseText: z.string(),
  idempotencyKey: z.string().nullable(),
  startedBy: actorSchema,
  counts: z.object({
    total: z.number(),
    draft: z.number(),
    processing: z.number(),
    done: z.number(),
    failed: z.number(),
    cancelled: z.number(),
  }),
  outcomes: z.object({
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    deleted: z.number(),
  }),
  discovery: z.object({
    state: z.enum(['pending', 'walking', 'complete', 'failed', 'cancelled']),
    pages: z.number(),
    storeTotal: z.number().nullable(),
    requestsUsed: z.number(),
    requestsBudget: z.number(),
    error: errorSchema.nullable(),
  }),
  activeSeconds: z.number().nullable(),
  waitingForPerson: z.boolean(),
  pause: z.object({ code: z.string(), reason: z.string(), isByPerson: z.boolean() }).nullable(),
  forced: z
    .object({ by: actorSchema, reason: z.string(), at: z.date(), cancelled: z.number() })
    .nullable(),
  percent: z.number(),
  ratePerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  batches: z.number(),
  batchSize: z.number(),
  round: z.number(),
  processCount: z.number(),
  maxRounds: z.number(),
  maxRetries: z.number(),
  isActionRequired: z.boolean(),
  action: z.object({ code: z.string(), reason: z.string() }).nullable(),
  wait: z.object({ code: z.string(), reason: z.string(), until: z.date() }).nullable(),
  activitySeq: z.number(),
  revision: z.number(),
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  updatedAt: z.date(),
}) satisfies z.ZodType<RunStatus>;

export const lineViewSchema = z.object({
  position: z.number(),
  wooCustomerId: z.number().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  state: z.enum(LINE_STATES),
  outcome: z.enum(LINE_OUTCOMES).nullable(),
  attempts: z.number(),
  round: z.number(),
  nextAttemptAt: z.date(),
  error: errorSchema.extend(failureHelp).nullable(),
  processedAt: z.date().nullable(),
}) satisfies z.ZodType<LineView>;

export const activityViewSchema = z.object({
  id: z.number(),
  runId: z.string().nullable(),
  storeId: z.string(),
  seq: z.number().nullable(),
  at: z.date(),
  level: z.enum(['info', 'warning', 'error']),
  event: z.string(),
  message: z.string(),
  actor: actorSchema,
  data: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<ActivityView>;

export const lineDetailSchema = z.object({
  line: lineViewSchema,
  payload: z.unknown(),
  fetchedAt: z.date().nullable(),
  changes: z.array(
    z.object({
      at: z.date(),
      kind: z.string(),
      source: z.enum(CHANGE_SOURCES),
      changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
    }),
  ),
  attempts: z.array(activityViewSchema),
}) satisfies z.ZodType<LineDetail>;

export const failuresSchema = z.object({
  groups: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      count: z.number(),
      exampleIds: z.array(z.number()),
      examples: z.array(
        z.object({
          position: z.number(),
          wooCustomerId: z.number().nullable(),
          name: z.string().nullable(),
          email: z.string().nullable(),
        }),
      ),
      ...failureHelp,
    }),
  ),
  rest: z.object({ groups: z.number(), lines: z.number() }),
}) satisfies z.ZodType<Failures>;

export const throughputSchema = z.object({
  from: z.date().nullable(),
  bucketSeconds: z.number(),
  buckets: z.array(
    z.object({ read: z.number(), done: z.number(), retrying: z.number(), failed: z.number() }),
  ),
}) satisfies z.ZodType<Throughput>;

export const batchMapSchema = z.object({
  perCell: z.number(),
  cells: z
    .array(
      z.object({
        from: z.number(),
        to: z.number(),
        draft: z.number(),
        processing: z.number(),
        done: z.number(),
        failed: z.number(),
        cancelled: z.number(),
      }),
    )
    .nullable(),
}) satisfies z.ZodType<BatchMap>;
