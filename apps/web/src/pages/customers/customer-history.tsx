import type { ReactNode } from 'react';
import { formatExact } from '../../words/format.ts';
import type { Look } from '../../ui/look.ts';
import type { CustomerChange } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { FieldChanges } from './field-changes.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { RunLink } from '../../ui/links.tsx';
import { RowsSkeleton } from '../../ui/rows.tsx';
import { toneText } from '../../ui/status-pill.tsx';
import { Time } from '../../words/time.tsx';

const kinds: Record<CustomerChange['kind'], Look> = {
  created: { word: 'First synced', tone: 'good', icon: 'plus' },
  updated: { word: 'Changed', tone: 'busy', icon: 'edit' },
  deleted: { word: 'Deleted', tone: 'bad', icon: 'slash' },
  restored: { word: 'Restored', tone: 'good', icon: 'check' },
};

const sources: Record<NonNullable<CustomerChange['source']>, string> = {
  walk: 'a full sync',
  delta: 'a delta',
  reconcile: 'a reconcile',
  webhook: 'a webhook',
  retry: 'a retry',
};

/** The changes of a customer, newest first, each with its run. */
export function CustomerHistory(props: {
  /** Undefined while loading. */
  history: readonly CustomerChange[] | undefined;
  hasMore: boolean;
  isLoadingMore: boolean;
  onMore: () => void;
  problem: ReactNode;
}) {
  const { history } = props;
  return (
    <Card title="History">
      {props.problem}
      {!history && !props.problem && <RowsSkeleton />}
      {history && (
        <ol aria-label="Changes, newest first" className="divide-y divide-line">
          {history.map((entry) => (
            <Entry key={`${entry.at} ${entry.kind} ${entry.runId}`} entry={entry} />
          ))}
        </ol>
      )}
      <LoadMore
        hasMore={props.hasMore}
        isLoading={props.isLoadingMore}
        onMore={props.onMore}
        className="border-t border-line"
      />
      {history?.length === 1 && history[0]?.kind === 'created' && (
        <p className="border-t border-line px-4 py-3 text-sm text-muted sm:px-5">
          No changes since. Each change appears here field by field, with the run that found it.
        </p>
      )}
    </Card>
  );
}

function Entry({ entry }: { entry: CustomerChange }) {
  const look = kinds[entry.kind];
  return (
    <li className="flex gap-3 px-4 py-3 sm:px-5">
      <span className={`mt-0.5 ${toneText[look.tone]}`}>
        <Icon name={look.icon} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span>
            <span className="font-medium">{look.word}</span>
            <Source entry={entry} />
          </span>
          <span className="text-sm text-muted" title={formatExact(entry.at)}>
            <Time at={entry.at} />
            <span className="hidden sm:inline">, {formatExact(entry.at)}</span>
          </span>
        </p>
        {entry.changes.length > 0 && (
          <div className="mt-1.5 -ml-7 sm:ml-0">
            <FieldChanges changes={entry.changes} />
          </div>
        )}
      </div>
    </li>
  );
}

function Source({ entry: { source, runId, isRunKept } }: { entry: CustomerChange }) {
  if (source === null) return null;
  return (
    <span className="text-muted">
      {' by '}
      {runId !== null && isRunKept ? (
        <RunLink
          runId={runId}
          className="underline decoration-line-strong underline-offset-2 hover:text-ink"
        >
          {sources[source]}
        </RunLink>
      ) : (
        <span title={runId === null ? undefined : 'The run has been removed by retention.'}>
          {sources[source]}
        </span>
      )}
    </span>
  );
}
