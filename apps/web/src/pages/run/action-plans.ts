import { count, formatNumber } from '../../words/format.ts';
import { isOver, isReadingList } from '../../api/run-facts.ts';
import type { FailureGroup, Run, Store } from '../../api/trpc.ts';

/** What an action will do, in numbers: one sentence an item. */
export function planRetry(run: Run): string[] {
  const { counts, round, maxRetries } = run;
  if (!isOver(run)) {
    return [
      `The run goes on with the ${count(counts.draft, 'customer')} that wait; nothing is repeated.`,
    ];
  }
  const tries = count(maxRetries + 1, 'try', 'tries');
  return [
    counts.failed > 0
      ? `Round ${round + 1} begins: ${count(counts.failed, 'failed customer')} ${counts.failed === 1 ? 'is' : 'are'} tried again, each up to ${tries}.`
      : `Round ${round + 1} begins.`,
    ...(run.discovery.state === 'failed'
      ? ['Reading the store’s list goes on where it stopped.']
      : []),
    ...(counts.done > 0 ? [keepDone(run)] : []),
    ...planRounds(run),
  ];
}

/** As `planRetry`, of the customers that failed for one reason. */
export function planRetryGroup(run: Run, group: FailureGroup): string[] {
  const { counts, round, maxRetries } = run;
  const others = counts.failed - group.count;
  return [
    `Round ${round + 1} begins: ${count(group.count, 'failed customer')} ${group.count === 1 ? 'is' : 'are'} tried again${group.count === 1 ? '' : ', each'} up to ${count(maxRetries + 1, 'try', 'tries')}.`,
    others > 0
      ? `${count(others, 'customer')} that failed for other reasons ${others === 1 ? 'stays' : 'stay'} failed.`
      : 'No other customer of this run has failed.',
    ...(run.discovery.state === 'failed'
      ? ['Reading the store’s list goes on where it stopped.']
      : []),
    ...(counts.done > 0 ? [keepDone(run)] : []),
    ...planRounds(run),
  ];
}

/** What another round with failures leads to. */
function planRounds({ processCount, maxRounds }: Run): string[] {
  return processCount + 1 === maxRounds
    ? [`If customers still fail then, ${count(maxRounds, 'round')} have: a person must decide.`]
    : [];
}

function keepDone({ counts }: Run): string {
  return `${count(counts.done, 'synced customer')} ${counts.done === 1 ? 'stays as it is' : 'stay as they are'}.`;
}

export function planForceDone(run: Run): string[] {
  const { counts, discovery } = run;
  const open = counts.draft + counts.processing;
  const cancelled = open + counts.failed;
  const parts = [
    ...(counts.draft > 0 ? [`${formatNumber(counts.draft)} waiting`] : []),
    ...(counts.processing > 0 ? [`${formatNumber(counts.processing)} in hand`] : []),
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
            ? `Reading the list stops: about ${count(unread, 'customer')} of the store will not be looked at.`
            : 'Reading the list stops.',
        ]
      : []),
    `${keepDone(run)} The run is then done and cannot be resumed.`,
  ];
}

export function planStart(store: Pick<Store, 'customers'>): string[] {
  return [
    'The store’s whole list of customers is read.',
    store.customers > 0
      ? `The ${count(store.customers, 'customer')} known so far are compared; only those that changed are written.`
      : 'Every customer on it is copied here.',
  ];
}

export function planRemove(store: Store): string[] {
  return [
    `${count(store.customers, 'synced customer')} of this store will be deleted here, with all runs and their log.`,
    'Nothing changes in the store itself.',
  ];
}
