import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { FailureKey } from '../domain/run-detail.ts';
import { isTerminal } from '../domain/state-machine.ts';
import type { RunStatus } from '../domain/run-status.ts';
import { SyncError } from '../domain/sync-error.ts';
import { toRunStatus } from '../domain/to-run-status.ts';
import { walkBudget } from '../domain/walk.ts';
import { failpoint } from '../platform/failpoint.ts';
import { approveDeletions } from '../sql/customers.ts';
import { countFailed, retryLines } from '../sql/lines.ts';
import type { RunRow } from '../sql/run-row.ts';
import { clearAction, findActiveRun } from '../sql/runs.ts';
import { changeRun, type RunChange } from './change-run.ts';
import { requireActiveStore, requireRun } from './start-run.ts';

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
export async function retryRun(sql: Sql, caller: Caller, input: RetryInput): Promise<RetryResult> {
  const retried = await changeRun(sql, input.runId, (run) => retryLocked(sql, caller, run, input));
  return { run: toRunStatus(await requireRun(sql, input.runId)), ...retried };
}

async function retryLocked(
  sql: Sql,
  caller: Caller,
  run: RunRow,
  { runId, override = false, failure }: RetryInput,
): Promise<RunChange<Omit<RetryResult, 'run'>>> {
  if (run.state === 'done') {
    throw new SyncError('already_over', 'The run is done; there is nothing to retry.');
  }
  await requireActiveStore(sql, run.storeId);
  if (!isTerminal(run.state)) return wakeActive(sql, run);
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
  const entry = {
    event: 'run.retried',
    message: describeRetry(run, retriedLines, override, failure),
    actor: caller.actor,
    data: { retriedLines, override, ...(failure && { code: failure.code }) },
  };
  const message = `${retriedLines} failed customers are tried again.`;
  return { result: { retriedLines, message }, activity: [entry], enqueue: 'needed' };
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

/** Wakes a run that is active, and clears an alarm that resuming its store has answered. */
async function wakeActive(sql: Sql, run: RunRow): Promise<RunChange<Omit<RetryResult, 'run'>>> {
  if (run.action) await clearAction(sql, run.id);
  const message = 'The run is going; nothing had to be retried.';
  return { result: { retriedLines: 0, message }, enqueue: 'needed' };
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
