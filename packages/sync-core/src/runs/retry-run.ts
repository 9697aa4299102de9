import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { FailureKey } from '../domain/run-detail.ts';
import { isTerminal } from '../domain/run-state.ts';
import type { RunStatus } from '../domain/run-status.ts';
import { SyncError } from '../domain/sync-error.ts';
import { toRunStatus } from '../domain/to-run-status.ts';
import { walkBudget } from '../domain/walk.ts';
import { failpoint } from '../platform/failpoint.ts';
import { appendActivity } from '../sql/activity.ts';
import { approveDeletions } from '../sql/customers.ts';
import { notifyRunChanged } from '../sql/jobs.ts';
import { countFailed, retryLines } from '../sql/lines.ts';
import type { RunRow } from '../sql/run-row.ts';
import { clearAction, findActiveRun, lockRun } from '../sql/runs.ts';
import { requireActiveStore, requireRun, requireLockedRun, wakeRun } from './start-run.ts';

export interface RetryInput {
  runId: string;
  override?: boolean | undefined;
  /** Only the customers that failed for this reason; the other failed ones stay as they are. */
  failure?: FailureKey | undefined;
}

export interface RetryResult {
  run: RunStatus;
  retriedLines: number;
  message: string;
}

/** See `SyncService.retry`. */
export async function retryRun(
  sql: Sql,
  caller: Caller,
  { runId, override = false, failure }: RetryInput,
): Promise<RetryResult> {
  const run = await requireLockedRun(sql, runId);
  if (run.state === 'done') {
    throw new SyncError('already_over', 'The run is done; there is nothing to retry.');
  }
  await requireActiveStore(sql, run.storeId);
  if (!isTerminal(run.state)) return goOn(sql, run);
  if (needsOverride(run) && !override) {
    throw new SyncError(
      'override_required',
      run.action?.reason ?? `${run.processCount} rounds of this run ended with failures.`,
    );
  }
  if (await findActiveRun(sql, run.storeId)) {
    throw new SyncError('already_active', 'Another run of this store is active.');
  }
  const failed = failure ? await countFailed(sql, runId, failure) : run.counts.failed;
  if (failure && failed === 0) {
    throw new SyncError('nothing_to_retry', 'No customer of this run fails for this reason now.');
  }
  // Who looked at one reason of failures has not looked at what would be deleted.
  if (override && !failure && run.discoveryError?.code === 'too_many_deletions')
    await approveDeletions(sql, runId);
  const retriedLines = await retryLines(sql, runId, retryBudget(run, failed), failure);
  failpoint('retry.lines_reset');
  await appendActivity(sql, runId, [
    {
      event: 'run.retried',
      message: describeRetry(run, retriedLines, override, failure),
      actor: caller.actor,
      data: { retriedLines, override, ...(failure && { code: failure.code }) },
    },
  ]);
  await wakeLockedRun(sql, runId);
  return {
    run: toRunStatus(await requireRun(sql, runId)),
    retriedLines,
    message: `${retriedLines} failed customers are tried again.`,
  };
}

function describeRetry(
  run: RunRow,
  retriedLines: number,
  override: boolean,
  failure: FailureKey | undefined,
): string {
  const round = `Round ${run.round + 1}`;
  const by = override ? ', by override' : '';
  if (!failure) return `${round}: ${retriedLines} failed customers are tried again${by}.`;
  const others = run.counts.failed - retriedLines;
  return (
    `${round}: ${retriedLines} of ${run.counts.failed} failed customers ${retriedLines === 1 ? 'is' : 'are'} ` +
    `tried again${by}: “${failure.message}”. The other ${others} stay failed.`
  );
}

/** A retry of a run that is going: pushed on, and free of an alarm that a resumed store has settled. */
async function goOn(sql: Sql, run: RunRow): Promise<RetryResult> {
  if (run.action) await clearAction(sql, run.id);
  await wakeLockedRun(sql, run.id);
  return {
    run: toRunStatus(await requireRun(sql, run.id)),
    retriedLines: 0,
    message: 'The run is going; nothing had to be retried.',
  };
}

async function wakeLockedRun(sql: Sql, runId: string): Promise<void> {
  await wakeRun(sql, (await lockRun(sql, runId)) as RunRow);
  await notifyRunChanged(sql, runId);
}

/** Where only a person can help, retrying is theirs to decide; a store that they resumed is decided. */
function needsOverride(run: RunRow): boolean {
  return (
    run.processCount >= run.settings.maxRounds ||
    ['worker_died', 'too_many_deletions'].includes(run.action?.code ?? '')
  );
}

/** Requests for a new round: its failed customers one by one and together, and the rest of the walk. */
function retryBudget(run: RunRow, failed: number): number {
  const walk =
    run.discoveryState === 'failed' ? walkBudget(run.firstTotal, run.settings.pageSize) : 0;
  return 50 + 2 * failed + walk;
}
