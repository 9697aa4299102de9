import type { RunStatus } from '@mantis-sync/sync-core';
import { syncAnswer, type SyncAnswer } from '../schemas/integration-schemas.ts';
import { snakeKeys } from '../snake-case.ts';

/** A run in the format of the integration endpoint. */
export function toSyncAnswer(
  run: RunStatus,
  said: Pick<SyncAnswer, 'message' | 'created' | 'retried_lines' | 'cancelled_lines'>,
  { orgId, publicUrl }: { orgId: string; publicUrl: string },
): SyncAnswer {
  const { runId, action, wait, createdAt, startedAt, finishedAt, updatedAt, ...rest } = run;
  return syncAnswer.parse({
    ...snakeKeys(rest),
    ...said,
    queue_id: runId,
    org_id: orgId,
    action_required: action,
    wait: wait && { ...wait, until: wait.until.toISOString() },
    created_at: createdAt.toISOString(),
    started_at: startedAt?.toISOString() ?? null,
    finished_at: finishedAt?.toISOString() ?? null,
    updated_at: updatedAt.toISOString(),
    links: linksOf(runId, publicUrl),
  });
}

function linksOf(runId: string, publicUrl: string): SyncAnswer['links'] {
  const call = (path: string, input: object) =>
    new URL(`/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, publicUrl).href;
  return {
    dashboard: new URL(`/runs/${runId}`, publicUrl).href,
    status: call('sync.status', { runId }),
    activity: call('sync.activity', { runId }),
  };
}
