import {
  lineText,
  noteText,
  RUN_STATES,
  RUN_KINDS,
  runSettingsSchema,
  STARTABLE_KINDS,
} from '@mantis-sync/sync-core';
import { z } from 'zod';
import { snakeKeys } from '../snake-case.ts';
import { runStatusSchema } from './run-schemas.ts';

/**
 * Body and answer of `POST /api/v1/integrations/woocommerce/sync/customers`, in snake case as that endpoint
 * always spoke. docs/http-api.md and the OpenAPI document say the same.
 */

export const SYNC_ACTIONS = ['start', 'status', 'retry', 'force-done'] as const;

const orgId = z.uuid().meta({ description: 'The organisation of the key or session.' });
const storeId = z.uuid();
const runId = z.uuid().meta({ description: 'The run.' });

/** What every request has; read first, so that an unknown action is told with the list of actions. */
export const syncEnvelope = z.looseObject({
  action: z.enum(SYNC_ACTIONS, { error: `Must be one of: ${SYNC_ACTIONS.join(', ')}` }),
  org_id: orgId,
});

const runConfig = z
  .strictObject({
    kind: z.enum(STARTABLE_KINDS).optional(),
    ...snakeKeys(runSettingsSchema.partial().shape),
  })
  .meta({
    id: 'RunConfig',
    description:
      'The kind of the run, `full` unless given, and settings of this run alone, over those of the store.',
  });

const startRequest = z
  .strictObject({
    action: z.literal('start'),
    org_id: orgId,
    store_id: storeId
      .optional()
      .meta({ description: 'May be left out where the organisation has one store.' }),
    idempotency_key: lineText(200).optional().meta({
      description: 'The same key returns the same run; with another request it is refused.',
    }),
    config: runConfig.optional(),
  })
  .meta({
    id: 'StartRequest',
    description: 'Starts a run, or returns the one that is active or has this idempotency key.',
  });

const statusRequest = z
  .strictObject({
    action: z.literal('status'),
    org_id: orgId,
    queue_id: runId.optional().meta({
      description:
        'Unless given, the newest run that a person, app or schedule started: of the store, or of the organisation.',
    }),
    store_id: storeId.optional(),
  })
  .meta({ id: 'StatusRequest', description: 'A run as it stands.' });

const retryRequest = z
  .strictObject({
    action: z.literal('retry'),
    org_id: orgId,
    queue_id: runId,
    store_id: storeId.optional(),
    override: z
      .boolean()
      .optional()
      .meta({ description: 'Needed once the run asks for a person.' }),
  })
  .meta({ id: 'RetryRequest', description: 'A new round over the failed customers of a run.' });

const forceDoneRequest = z
  .strictObject({
    action: z.literal('force-done'),
    org_id: orgId,
    queue_id: runId,
    store_id: storeId.optional(),
    reason: noteText(500).optional().meta({ description: 'Goes into the log of the run.' }),
  })
  .meta({ id: 'ForceDoneRequest', description: 'Cancels what is not done; the run is then done.' });

export const syncRequest = z
  .discriminatedUnion('action', [startRequest, statusRequest, retryRequest, forceDoneRequest])
  .meta({ id: 'SyncRequest' });
export type SyncRequest = z.output<typeof syncRequest>;

const run = runStatusSchema.shape;
const count = z.int().min(0);
const time = z.iso.datetime();
const named = z.object({ code: z.string(), reason: z.string() });

export const syncAnswer = z
  .object({
    message: z.string().meta({ description: 'What was done, in words.' }),
    created: z.boolean().optional().meta({
      description: 'After start: false where a run with this key, or an active one, was there.',
    }),
    retried_lines: count.optional().meta({ description: 'After retry.' }),
    cancelled_lines: count.optional().meta({ description: 'After force-done.' }),
    queue_id: runId,
    org_id: orgId,
    store_id: storeId,
    store_name: z.string(),
    kind: z.enum(RUN_KINDS),
    state: z.enum(RUN_STATES),
    phase: run.phase.meta({ description: 'What the run does just now.' }),
    phase_text: z.string(),
    idempotency_key: z.string().nullable(),
    counts: z.object({
      total: count,
      draft: count,
      processing: count,
      done: count,
      failed: count,
      cancelled: count,
    }),
    outcomes: z.object({ created: count, updated: count, unchanged: count, deleted: count }),
    percent: z.number().min(0).max(100),
    rate_per_second: z.number().nullable(),
    seconds_left: z.number().nullable(),
    round: z.int(),
    process_count: count.meta({ description: 'Rounds that ended with failures.' }),
    max_rounds: z.int(),
    is_action_required: z.boolean(),
    action_required: named.nullable().meta({ description: 'Why a person is asked.' }),
    wait: named.extend({ until: time }).nullable(),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
    updated_at: time,
    links: z.object({
      dashboard: z.url().meta({ description: 'The run, for a person.' }),
      status: z.url().meta({ description: 'GET: the run, in the words of the typed API.' }),
      activity: z.url().meta({ description: 'GET: its log.' }),
    }),
  })
  .meta({ id: 'SyncAnswer' });
export type SyncAnswer = z.output<typeof syncAnswer>;

export const errorAnswer = z
  .object({
    code: z.string().meta({ description: 'What programs tell errors apart by.' }),
    message: z.string(),
    advice: z.string().meta({ description: 'What the caller can do about it.' }),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .meta({ description: 'What is wrong with the input, one for each place.' }),
    request_id: z.string(),
  })
  .meta({ id: 'Error' });
export type ErrorAnswer = z.output<typeof errorAnswer>;
