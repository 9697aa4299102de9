import {
  lineText,
  noteText,
  RUN_STATES,
  RUN_KINDS,
  runSettingsSchema,
  runStatusSchema,
  STARTABLE_KINDS,
} from '@mantis-sync/sync-core';
import { z } from 'zod';
import { snakeKeys } from '../snake-case.ts';

/**
 * Request and response of `POST /api/v1/integrations/woocommerce/sync/customers`, in that endpoint's snake
 * case. Described in docs/http-api.md and the OpenAPI document.
 */

export const SYNC_ACTIONS = ['start', 'status', 'retry', 'force-done'] as const;

const orgId = z.uuid().meta({ description: 'The organisation of the key or session.' });
const storeId = z.uuid();
const runId = z.uuid().meta({ description: 'The run.' });

/** Common to all requests; parsed first, so that an unknown action gets the list of actions. */
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
      'The kind of the run, `full` unless given, and settings of this run, which override those of the store.',
  });

const startRequest = z
  .strictObject({
    action: z.literal('start'),
    org_id: orgId,
    store_id: storeId
      .optional()
      .meta({ description: 'Optional if the organisation has only one store.' }),
    idempotency_key: lineText(200).optional().meta({
      description: 'The same key returns the same run; with a different request it is rejected.',
    }),
    config: runConfig.optional(),
  })
  .meta({
    id: 'StartRequest',
    description: 'Starts a run, or returns the active one or the one with this idempotency key.',
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
  .meta({ id: 'StatusRequest', description: 'The current status of a run.' });

const retryRequest = z
  .strictObject({
    action: z.literal('retry'),
    org_id: orgId,
    queue_id: runId,
    store_id: storeId.optional(),
    override: z
      .boolean()
      .optional()
      .meta({ description: 'Required once the run needs a decision.' }),
  })
  .meta({ id: 'RetryRequest', description: 'A new round for the failed customers of a run.' });

const forceDoneRequest = z
  .strictObject({
    action: z.literal('force-done'),
    org_id: orgId,
    queue_id: runId,
    store_id: storeId.optional(),
    reason: noteText(500).optional().meta({ description: 'Recorded in the activity of the run.' }),
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
    message: z.string().meta({ description: 'What was done, as text.' }),
    created: z.boolean().optional().meta({
      description: 'After start: false if a run with this key, or an active one, already existed.',
    }),
    retried_lines: count.optional().meta({ description: 'After retry.' }),
    cancelled_lines: count.optional().meta({ description: 'After force-done.' }),
    queue_id: runId,
    org_id: orgId,
    store_id: storeId,
    store_name: z.string(),
    kind: z.enum(RUN_KINDS),
    state: z.enum(RUN_STATES),
    phase: run.phase.meta({ description: 'What the run is doing now.' }),
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
    action_required: named.nullable().meta({ description: 'Why the run needs a decision.' }),
    wait: named.extend({ until: time }).nullable(),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
    updated_at: time,
    links: z.object({
      dashboard: z.url().meta({ description: 'The run’s page in the dashboard.' }),
      status: z.url().meta({ description: 'GET: the run, in the format of the typed API.' }),
      activity: z.url().meta({ description: 'GET: its activity.' }),
    }),
  })
  .meta({ id: 'SyncAnswer' });
export type SyncAnswer = z.output<typeof syncAnswer>;

export const errorAnswer = z
  .object({
    code: z.string().meta({ description: 'The error code for programs.' }),
    message: z.string(),
    advice: z.string().meta({ description: 'What the caller can do.' }),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .meta({ description: 'The problems of the input.' }),
    request_id: z.string(),
  })
  .meta({ id: 'Error' });
export type ErrorAnswer = z.output<typeof errorAnswer>;
