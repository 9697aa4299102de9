import type { Sql } from '@mantis-sync/db';
import { recordFreshness } from './record-freshness.ts';
import { describeCounts } from './domain/describe-counts.ts';
import { isTerminal, type QueueState } from './domain/queue-state.ts';
import { appendActivity } from './store/append-activity.ts';
import { lockQueue } from './store/lock-queue.ts';
import type { QueueRow } from './store/queue-row.ts';

/**
 * Notes in the activity that a run has ended, if this transaction ended it, and makes its commit wait
 * for the disk: what an operator has seen as over stays over.
 *
 * @param before the run's state when the transaction began
 */
export async function recordEnd(sql: Sql, queueId: string, before: QueueState): Promise<void> {
  const run = await lockQueue(sql, queueId);
  if (!run || !isTerminal(run.state) || run.state === before) return;
  await sql.query("select set_config('synchronous_commit', 'on', true)");
  await recordFreshness(sql, run);
  await appendActivity(sql, queueId, [
    {
      event: `run.${run.state}`,
      level: run.state === 'done' ? 'info' : run.state === 'partial' ? 'warning' : 'error',
      message: describeEnd(run),
      data: {
        counts: run.counts,
        outcomes: run.outcomes,
        round: run.round,
        processCount: run.processCount,
      },
    },
    ...(run.action
      ? [
          {
            event: 'run.action_required',
            level: 'error' as const,
            message: run.action.reason,
            data: { code: run.action.code },
          },
        ]
      : []),
  ]);
}

function describeEnd({ counts, outcomes, discoveryError }: QueueRow): string {
  const summary = describeCounts(counts, outcomes);
  return discoveryError ? `${discoveryError.message} ${summary}` : summary;
}
