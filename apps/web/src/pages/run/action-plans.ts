import { count, formatNumber } from '../../words/format.ts';
import { isOver, isReadingList } from '../../api/run-facts.ts';
import type { LineFilter } from '../../api/line-filter.ts';
import type { FailureGroup, RetryInput, Run } from '../../api/trpc.ts';

/** What an action will do, in numbers; one sentence per item. */
export function planRetry(run: Run): string[] {
  const { counts, round, maxRetries } = run;
  if (!isOver(run)) {
    return [
      `The run continues with the ${count(counts.draft, 'waiting customer')}; nothing is repeated.`,
    ];
  }
  const tries = count(maxRetries + 1, 'attempt');
  return [
    counts.failed > 0
      ? `Round ${round + 1}: ${count(counts.failed, 'failed customer')} ${counts.failed === 1 ? 'is' : 'are'} retried, up to ${tries} each.`
      : `Round ${round + 1} starts.`,
    ...(run.discovery.state === 'failed'
      ? ['Reading the store’s list continues where it stopped.']
      : []),
    ...(counts.done > 0 ? [keepDone(run)] : []),
    ...planRounds(run),
  ];
}

/** Some of the failed customers of a run. */
export interface FailedPart {
  count: number;
  /** Which, as in “Retry 3 customers that failed for this reason?” */
  which: string;
  /** The reasons, where they were chosen by these. */
  reasons: readonly string[];
  /** As the API chooses them. */
  input: Pick<RetryInput, 'failures' | 'q' | 'positions'>;
}

export function partOfReasons(groups: readonly FailureGroup[]): FailedPart {
  return {
    count: groups.reduce((sum, group) => sum + group.count, 0),
    which: `that failed for ${groups.length === 1 ? 'this reason' : `these ${groups.length} reasons`}`,
    reasons: groups.map(({ message }) => message),
    input: { failures: groups.map(({ code, message }) => ({ code, message })) },
  };
}

/** Failed customers that a search finds, of one reason where one is chosen. */
export function partOfSearch(
  { q, failure }: Pick<LineFilter, 'q' | 'failure'>,
  found: number,
): FailedPart {
  return {
    count: found,
    which: q === undefined ? 'that failed for this reason' : `that match “${q}”`,
    reasons: failure ? [failure.message] : [],
    input: { ...(q !== undefined && { q }), ...(failure && { failures: [failure] }) },
  };
}

/** One failed customer, by its position in the list. */
export function partOfPosition(position: number): FailedPart {
  return { count: 1, which: 'again', reasons: [], input: { positions: [position] } };
}

/** As `planRetry`, of some of the failed customers. */
export function planRetryPart(run: Run, part: FailedPart): string[] {
  const { counts, round, maxRetries } = run;
  const others = counts.failed - part.count;
  return [
    `Round ${round + 1}: ${count(part.count, 'failed customer')} ${part.count === 1 ? 'is' : 'are'} retried, up to ${count(maxRetries + 1, 'attempt')}${part.count === 1 ? '' : ' each'}.`,
    others > 0
      ? `${count(others, 'other failed customer')} ${others === 1 ? 'stays' : 'stay'} failed.`
      : 'No other customer of this run has failed.',
    ...(run.discovery.state === 'failed'
      ? ['Reading the store’s list continues where it stopped.']
      : []),
    ...(counts.done > 0 ? [keepDone(run)] : []),
    ...planRounds(run),
  ];
}

/** What another round with failures leads to. */
function planRounds({ processCount, maxRounds }: Run): string[] {
  return processCount + 1 === maxRounds
    ? [
        `If any still fail, the run stops after ${count(maxRounds, 'round')} and asks you to decide.`,
      ]
    : [];
}

function keepDone({ counts }: Run): string {
  return `${count(counts.done, 'synced customer')} ${counts.done === 1 ? 'stays' : 'stay'} saved.`;
}

export function planForceDone(run: Run): string[] {
  const { counts, discovery } = run;
  const open = counts.draft + counts.processing;
  const cancelled = open + counts.failed;
  const parts = [
    ...(counts.draft > 0 ? [`${formatNumber(counts.draft)} waiting`] : []),
    ...(counts.processing > 0 ? [`${formatNumber(counts.processing)} in progress`] : []),
    ...(counts.failed > 0 ? [`${formatNumber(counts.failed)} failed`] : []),
  ];
  const unread = (discovery.storeTotal ?? 0) - counts.total;
  return [
    cancelled > 0
      ? `${count(cancelled, 'customer')} will be cancelled: ${parts.join(', ')}.`
      : 'No customer will be cancelled.',
    ...(isReadingList(run)
      ? [
          unread > 0
            ? `Reading the list stops: about ${count(unread, 'customer')} of the store are not read.`
            : 'Reading the list stops.',
        ]
      : []),
    `${keepDone(run)} The run is then done and cannot be resumed.`,
  ];
}
