import type { RunStatus } from '@mantis-sync/sync-core';

type RunState = RunStatus['state'];

/** What may have moved a run between two looks at it. */
export type Cause = 'work' | 'retry' | 'force_done' | 'anything_else';

/** Where a run may come from one look to the next, by what was done in between. */
const MOVES: Record<Cause, Record<RunState, readonly RunState[]>> = {
  work: {
    draft: ['draft', 'processing', 'done', 'partial', 'failed'],
    processing: ['processing', 'done', 'partial', 'failed'],
    done: ['done'],
    partial: ['partial'],
    failed: ['failed'],
  },
  retry: {
    draft: ['draft'],
    processing: ['processing'],
    done: ['done'],
    partial: ['partial', 'processing'],
    failed: ['failed', 'processing'],
  },
  force_done: {
    draft: ['done'],
    processing: ['done'],
    done: ['done'],
    partial: ['done'],
    failed: ['done'],
  },
  anything_else: {
    draft: ['draft'],
    processing: ['processing'],
    done: ['done'],
    partial: ['partial'],
    failed: ['failed'],
  },
};

/** What is wrong with how a run moved, in words; none where the model allows it. */
export function objectionsTo(
  before: RunStatus | undefined,
  now: RunStatus,
  cause: Cause,
): string[] {
  const objections: string[] = [];
  const { counts } = now;
  const open = counts.draft + counts.processing;
  const sum = open + counts.done + counts.failed + counts.cancelled;
  if (sum !== counts.total) objections.push(`${sum} lines of ${counts.total}`);
  const isOver = ['done', 'partial', 'failed'].includes(now.state);
  if (isOver && open > 0) objections.push(`${now.state} with ${open} open lines`);
  if (isOver !== (now.finishedAt !== null))
    objections.push('an end without a time, or a time without an end');
  if (now.state === 'done' && counts.failed > 0) objections.push('done with failures');
  if (now.state === 'partial' && counts.done === 0) objections.push('partial with nothing done');
  const mustAsk = ['partial', 'failed'].includes(now.state) && now.processCount >= now.maxRounds;
  if (mustAsk && !now.isActionRequired)
    objections.push('rounds are exhausted, and nobody is asked');
  if (now.discovery.requestsUsed > now.discovery.requestsBudget) objections.push('over its budget');
  if (!before) return objections;

  if (!MOVES[cause][before.state].includes(now.state))
    objections.push(`${before.state} → ${now.state} by ${cause}`);
  const ended = before.state !== now.state && ['partial', 'failed'].includes(now.state);
  const rounds = now.processCount - before.processCount;
  if (rounds !== (ended ? 1 : 0)) objections.push(`process_count moved by ${rounds}`);
  const retried = cause === 'retry' && before.state !== now.state;
  if (now.round - before.round !== (retried ? 1 : 0)) objections.push('the round moved');
  if (now.revision < before.revision) objections.push('the revision fell');
  if (now.activitySeq < before.activitySeq) objections.push('the activity shrank');
  if (counts.total < before.counts.total) objections.push('lines were lost');
  if (!retried && counts.done < before.counts.done) objections.push('what was done is no longer');
  return objections;
}
