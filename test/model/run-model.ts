import type { RunStatus, SyncErrorCode } from '@mantis-sync/sync-core';

type RunState = RunStatus['state'];

/** What may have changed a run between two observations. */
export type Cause = 'work' | 'retry' | 'force_done' | 'resume' | 'anything_else';

const STAYS: Record<RunState, readonly RunState[]> = {
  draft: ['draft'],
  processing: ['processing'],
  done: ['done'],
  partial: ['partial'],
  failed: ['failed'],
};

/** Allowed states after a state, by what was done in between. */
const MOVES: Record<Cause, Record<RunState, readonly RunState[]>> = {
  work: {
    ...STAYS,
    draft: ['draft', 'processing', 'done', 'partial', 'failed'],
    processing: ['processing', 'done', 'partial', 'failed'],
  },
  retry: { ...STAYS, partial: ['processing'], failed: ['processing'] },
  force_done: {
    draft: ['done'],
    processing: ['done'],
    done: ['done'],
    partial: ['done'],
    failed: ['done'],
  },
  resume: STAYS,
  anything_else: STAYS,
};

/** Who may clear the required action of a run. Progress clears that it is stuck. */
const CALMING: ReadonlySet<Cause> = new Set<Cause>(['retry', 'force_done', 'resume']);

/** Violations of the model by a change of a run; none if it is allowed. */
export function objectionsTo(before: RunStatus, now: RunStatus, cause: Cause): string[] {
  const moves = [...oddities(now), ...moveObjections(before, now, cause)];
  return moves.map((objection) => `${now.kind} run: ${objection}`);
}

/** States that no run may have. */
function oddities(now: RunStatus): string[] {
  const { counts, state } = now;
  const open = counts.draft + counts.processing;
  const sum = open + counts.done + counts.failed + counts.cancelled;
  const isOver = state === 'done' || isFailure(state);
  return present(
    sum !== counts.total && `${sum} lines of ${counts.total}`,
    isOver && open > 0 && `${state} with ${open} open lines`,
    isOver !== (now.finishedAt !== null) && 'an end without a time, or a time without an end',
    state === 'done' && counts.failed > 0 && 'done with failures',
    state === 'partial' && counts.done === 0 && 'partial with nothing done',
    state === 'done' && now.isActionRequired && 'done, but a decision is required',
    isFailure(state) && now.processCount >= now.maxRounds && !now.isActionRequired
      ? 'its rounds are exhausted, and no decision is required'
      : null,
    now.isActionRequired && !now.action?.reason && 'a decision is required without a reason',
    now.discovery.requestsUsed > now.discovery.requestsBudget && 'it is over its budget',
  );
}

function moveObjections(before: RunStatus, now: RunStatus, cause: Cause): string[] {
  const hasMoved = before.state !== now.state;
  const rounds = now.processCount - before.processCount;
  const isRetried = cause === 'retry' && hasMoved;
  const isAsked = !before.isActionRequired && now.isActionRequired;
  const isCalmed = before.isActionRequired && !now.isActionRequired;
  return present(
    !MOVES[cause][before.state].includes(now.state) && `${before.state} → ${now.state} by ${cause}`,
    // Only an end with failures counts as a round; slow ones do not.
    rounds !== (hasMoved && isFailure(now.state) ? 1 : 0) && `process_count moved by ${rounds}`,
    now.round - before.round !== (isRetried ? 1 : 0) && 'the round moved',
    now.revision < before.revision && 'the revision fell',
    now.activitySeq < before.activitySeq && 'the activity shrank',
    now.discovery.requestsUsed < before.discovery.requestsUsed && 'requests were given back',
    now.counts.total < before.counts.total && 'lines were lost',
    now.counts.done < before.counts.done && 'what was done is no longer',
    isAsked && cause !== 'work' && `a decision is required because of ${cause}`,
    isCalmed && before.action?.code !== 'stuck' && !CALMING.has(cause)
      ? `the alarm ${before.action?.code} went by itself`
      : null,
  );
}

/** The expected result of a start: an error, an existing run, or (null) a new one. */
export function expectedOfStart(
  known: { runId: string; request: string } | undefined,
  active: RunStatus | undefined,
  isPaused: boolean,
  request: string,
): { refusal: SyncErrorCode } | { runId: string } | null {
  if (known) {
    return known.request === request
      ? { runId: known.runId }
      : { refusal: 'idempotency_key_reused' };
  }
  if (isPaused) return { refusal: 'store_paused' };
  return active ? { runId: active.runId } : null;
}

/** Why a retry must be rejected; null if it must succeed. */
export function refusalOfRetry(
  run: RunStatus,
  active: RunStatus | undefined,
  isPaused: boolean,
  override: boolean,
): SyncErrorCode | null {
  if (run.state === 'done') return 'already_over';
  if (isPaused) return 'store_paused';
  if (!isFailure(run.state)) return null;
  const needsOverride =
    run.processCount >= run.maxRounds ||
    run.action?.code === 'worker_died' ||
    run.action?.code === 'too_many_deletions';
  if (needsOverride && !override) return 'override_required';
  return active ? 'already_active' : null;
}

function isFailure(state: RunState): boolean {
  return state === 'partial' || state === 'failed';
}

function present(...objections: readonly (string | false | null)[]): string[] {
  return objections.filter((objection) => typeof objection === 'string');
}
