import {
  type ActivityView,
  activityViewSchema,
  ACTOR_TYPES,
  batchMapSchema,
  failuresSchema,
  LINE_OUTCOMES,
  LINE_STATES,
  lineDetailSchema,
  lineText,
  lineViewSchema,
  noteText,
  RUN_STATES,
  RUN_KINDS,
  runSettingsOverridesSchema,
  type RunStatus,
  runStatusSchema,
  STARTABLE_KINDS,
  storableText,
  throughputSchema,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of the procedures of `sync`. Inputs reject unknown fields. */

const LEVELS = ['info', 'warning', 'error'] as const;
const cursorSchema = z.string().min(1).max(500);
const limitSchema = z.int().min(1).max(100).default(25);
const seqSchema = z.int().min(0).max(2_147_483_647);

/** ISO 8601, such as `2026-11-29T12:00:00Z`. */
const timeSchema = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const positionSchema = z.int().min(1).max(2_147_483_647);
/** A reason as returned by `failures`. It may contain the store's text, so any characters are allowed. */
const failureSchema = z.strictObject({
  code: lineText(100),
  message: storableText(10_000),
});

const reasonsSchema = z.array(failureSchema).min(1).max(50);

export const startInput = z.strictObject({
  storeId: z.uuid(),
  /** Default `full`. The first delta of a store is a full walk. */
  kind: z.enum(STARTABLE_KINDS).optional(),
  /** The same key returns the same run; with a different request it is rejected. */
  idempotencyKey: lineText(200).optional(),
  /** Settings of this run, which override those of the store. */
  settings: runSettingsOverridesSchema.optional(),
});
export const startOutput = z.object({
  run: runStatusSchema,
  created: z.boolean(),
  message: z.string(),
});

export const runInput = z.strictObject({ runId: z.uuid() });

export const retryInput = z.strictObject({
  runId: z.uuid(),
  /** Required once the run needs a decision. */
  override: z.boolean().optional(),
  /** Only customers that failed for this reason, as returned by `failures`. */
  failure: failureSchema.optional(),
  /** Like `failure`, for several reasons. */
  failures: reasonsSchema.optional(),
  /** Only these customers, by position in the run. */
  positions: z.array(positionSchema).min(1).max(100).optional(),
  /** Only customers matching a search within the run. */
  q: lineText(200).optional(),
});
export const retryOutput = z.object({
  run: runStatusSchema,
  retriedLines: z.number(),
  message: z.string(),
});

export const forceDoneInput = z.strictObject({
  runId: z.uuid(),
  reason: noteText(500),
});
export const forceDoneOutput = z.object({
  run: runStatusSchema,
  cancelledLines: z.number(),
  message: z.string(),
});

export const listInput = z.strictObject({
  storeId: z.uuid().optional(),
  state: z.enum(RUN_STATES).optional(),
  /** All kinds unless given. */
  kinds: z.array(z.enum(RUN_KINDS)).min(1).max(4).optional(),
  /** All states unless given. */
  states: z.array(z.enum(RUN_STATES)).min(1).max(5).optional(),
  /** Started by this actor; anyone unless given. */
  starters: z.array(z.enum(ACTOR_TYPES)).min(1).max(5).optional(),
  /** Created at or after this time, and before the next one. */
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
});
export const listOutput = z.object({
  items: z.array(runStatusSchema),
  nextCursor: z.string().nullable(),
});

export const linesInput = z.strictObject({
  runId: z.uuid(),
  state: z.enum(LINE_STATES).optional(),
  outcome: z.enum(LINE_OUTCOMES).optional(),
  failure: failureSchema.optional(),
  failures: reasonsSchema.optional(),
  /** Name, email address, company, or the number of a customer. */
  q: lineText(200).optional(),
  wooCustomerId: z.int().min(1).optional(),
  /** First and last position. */
  from: positionSchema.optional(),
  to: positionSchema.optional(),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
});
export const linesOutput = z.object({
  items: z.array(lineViewSchema),
  nextCursor: z.string().nullable(),
  /** On the first page: number of matching lines; null above 10,000. */
  total: z.number().nullable(),
});

export const lineInput = z.strictObject({ runId: z.uuid(), position: positionSchema });
export const lineOutput = lineDetailSchema;
export const failuresOutput = failuresSchema;
export const throughputOutput = throughputSchema;
export const batchMapOutput = batchMapSchema;

export const activityInput = z
  .strictObject({
    runId: z.uuid(),
    /** Entries after this number, oldest first. */
    after: seqSchema.optional(),
    /** Entries before this number, newest first; the newest if neither is given. */
    before: seqSchema.optional(),
    /** All levels unless given. */
    levels: z.array(z.enum(LEVELS)).min(1).max(3).optional(),
    /** Part of the message or of the event's name. */
    text: lineText(100).optional(),
    limit: limitSchema,
  })
  .refine((input) => input.after === undefined || input.before === undefined, {
    error: 'Give after or before, not both',
  });
export const activityOutput = z.object({ items: z.array(activityViewSchema) });

export const watchInput = z.strictObject({
  /** One run with its activity; without it, the runs of the store or organisation. */
  runId: z.uuid().optional(),
  storeId: z.uuid().optional(),
  /** Sent by the client when it reconnects. */
  lastEventId: z.string().max(100).nullish(),
});
export type WatchInput = z.output<typeof watchInput>;
export type WatchEvent =
  | { type: 'runs'; runs: RunStatus[] }
  /** With its new entries, oldest first. */
  | { type: 'run'; run: RunStatus; activity: ActivityView[] };
