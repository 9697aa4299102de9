import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import { countOf, formatCount } from '../domain/count-words.ts';
import type { FailureKey } from '../domain/run-detail.ts';
import { isTerminal } from '../domain/state-machine.ts';
import { SyncError } from '../domain/sync-error.ts';
import { type RunStatus, toRunStatus } from '../domain/run-status.ts';
import { walkBudget } from '../domain/walk.ts';
import { failpoint } from '../platform/failpoint.ts';
import { approveDeletions } from '../sql/deletions.ts';
import { countLines, type LineFilter } from '../sql/line-views.ts';
import { retryLines } from '../sql/lines.ts';
import { findActiveRun, requireRun, type RunRow } from '../sql/run-row.ts';
import { clearAction } from '../sql/runs.ts';
import { changeRun, type RunChange } from './change-run.ts';
import { searchInRun } from './search-in-run.ts';
import { requireActiveStore } from '../sql/stores.ts';

export interface RetryInput {
  runId: string;
  override?: boolean | undefined;
  /** Only customers that failed for this reason; other failures remain. */
  failure?: FailureKey | undefined;
  /** Like `failure`, for several reasons. */
  failures?: readonly FailureKey[] | undefined;
  /** Only these customers, by position in the run. */
  positions?: readonly number[] | undefined;
  /** Only customers matching a search within the run. */
  q?: string | undefined;
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
  { runId, override = false, ...chosen }: RetryInput,
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
  const only = await chooseLines(sql, run.storeId, chosen);
  const failed = only
    ? await countLines(sql, runId, { ...only, state: 'failed' }, run.counts.failed)
    : run.counts.failed;
  if (only && failed === 0) {
    throw new SyncError('nothing_to_retry', 'These customers are no longer failed.');
  }
  // An override for failures does not approve deletions.
  if (override && !only && run.discoveryError?.code === 'too_many_deletions')
    await approveDeletions(sql, runId);
  const retriedLines = await retryLines(sql, runId, retryBudget(run, failed), only ?? {});
  failpoint('retry.lines_reset');
  const entry = {
    event: 'run.retried',
    message: describeRetry(run, retriedLines, override, only),
    actor: caller.actor,
    data: { retriedLines, override, codes: only?.failures?.map(({ code }) => code) ?? [] },
  };
  const message = `${countOf(retriedLines, 'failed customer')} ${retriedLines === 1 ? 'is' : 'are'} retried.`;
  return { result: { retriedLines, message }, activity: [entry], enqueue: 'needed' };
}

function describeRetry(
  run: RunRow,
  retriedLines: number,
  override: boolean,
  only: LineFilter | null,
): string {
  const round = `Round ${run.round + 1}`;
  const by = override ? ', by override' : '';
  const are = retriedLines === 1 ? 'is' : 'are';
  if (!only) return `${round}: ${countOf(retriedLines, 'failed customer')} ${are} retried${by}.`;
  const others = run.counts.failed - retriedLines;
  const reasons = only.failures?.map(({ message }) => `“${message}”`).join(', ');
  return (
    `${round}: ${formatCount(retriedLines)} of ${countOf(run.counts.failed, 'failed customer')} ${are} ` +
    `retried${by}${reasons ? `: ${reasons}` : ''}. The other ${formatCount(others)} stay failed.`
  );
}

/** The positions to retry; null for all failed lines. */
async function chooseLines(
  sql: Sql,
  storeId: string,
  { failure, failures, positions, q }: Omit<RetryInput, 'runId' | 'override'>,
): Promise<LineFilter | null> {
  const reasons = [...(failure ? [failure] : []), ...(failures ?? [])];
  if (reasons.length === 0 && !positions && q === undefined) return null;
  return {
    ...(reasons.length > 0 && { failures: reasons }),
    positions,
    search: q === undefined ? undefined : await searchInRun(sql, storeId, q),
  };
}

/** Wakes an active run, and clears a required action that is resolved by resuming its store. */
async function wakeActive(sql: Sql, run: RunRow): Promise<RunChange<Omit<RetryResult, 'run'>>> {
  if (run.action) await clearAction(sql, run.id);
  const message = 'The run is in progress; there was nothing to retry.';
  return { result: { retriedLines: 0, message }, enqueue: 'needed' };
}

/** A retry needs an override if only an operator can decide; resuming the store counts as a decision. */
function needsOverride(run: RunRow): boolean {
  return (
    run.processCount >= run.settings.maxRounds ||
    ['worker_died', 'too_many_deletions'].includes(run.action?.code ?? '')
  );
}

/** Requests for a new round: failed customers one by one and in batches, and the rest of the walk. */
function retryBudget(run: RunRow, failed: number): number {
  const walk =
    run.discoveryState === 'failed' ? walkBudget(run.firstTotal, run.settings.pageSize) : 0;
  return 50 + 2 * failed + walk;
}
