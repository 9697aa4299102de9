import type { Database } from '@mantis-sync/db';
import {
  acceptQueueId,
  type Actor,
  type Caller,
  refuseJob,
  SyncError,
  type SyncLog,
  toOperatorMessage,
} from '@mantis-sync/sync-core';
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { describePayloadProblem } from './describe-payload-problem.ts';

export interface TakeDeps {
  database: Database;
  log: SyncLog;
}

/** What graphile-worker adds to the payload of a job from a crontab. */
const cronSchema = z.looseObject({ _cron: z.object({ ts: z.string() }) });

const id = z.uuid().nullable().catch(null);
const namedSchema = z.object({ orgId: id, storeId: id, runId: id });
const namesNothing = { orgId: null, storeId: null, runId: null };

/**
 * A task with a payload. If the payload is invalid or the action is rejected, retrying would not help: the job
 * then counts as done, and the reason is recorded in its organisation's activity.
 *
 * @param act throws SyncError for a rejection; anything else is retried
 */
export function takeJob<Payload extends { orgId: string; requestedBy?: string | undefined }>(
  deps: TakeDeps,
  task: string,
  schema: z.ZodType<Payload>,
  act: (payload: Payload, caller: Caller) => Promise<unknown>,
): Task {
  return async (given, { job }) => {
    const { content, isCron } = withoutCron(acceptQueueId(given));
    const payload = schema.safeParse(content);
    const actor = actorOf(job.id, isCron, payload.data?.requestedBy);
    const refuse = (code: string, reason: string) => {
      const named = namedSchema.catch(namesNothing).parse(acceptQueueId(given));
      return refuseJob(deps, { task, jobId: job.id, actor, code, reason, ...named });
    };
    if (!payload.success) return refuse('invalid_payload', describePayloadProblem(payload.error));
    try {
      await act(payload.data, { orgId: payload.data.orgId, actor });
    } catch (error) {
      if (!(error instanceof SyncError) || mayPass(task, error)) throw error;
      await refuse(error.code, toOperatorMessage(error));
    }
  };
}

function withoutCron(given: unknown): { content: unknown; isCron: boolean } {
  const fromCron = cronSchema.safeParse(given);
  if (!fromCron.success) return { content: given, isCron: false };
  const { _cron, ...content } = fromCron.data;
  return { content, isCron: true };
}

/** A rejection that resolves itself, such as a run that ended while its store was being started. */
function mayPass(task: string, { code }: SyncError): boolean {
  return code === 'lease_lost' || (task === 'sync.start' && code === 'already_active');
}

function actorOf(jobId: string, isCron: boolean, requestedBy: string | undefined): Actor {
  const name = requestedBy ?? (isCron ? 'crontab' : 'job');
  return { type: isCron ? 'cron' : 'system', id: jobId, name };
}
