import { useState } from 'react';
import { failureText } from '../../words/customer.ts';
import { count, formatNumber } from '../../words/format.ts';
import type { FailureGroup, FailureGroups } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DownloadLink } from '../../ui/download-link.tsx';

/** Why customers failed: each reason with its count and possible actions. */
export function FailureReasons(props: {
  runId: string;
  failures: FailureGroups;
  /** The reason whose customers are listed. */
  chosen: Pick<FailureGroup, 'code' | 'message'> | undefined;
  /** The run has ended, so customers can be retried. */
  canRetry: boolean;
  onChoose: (group: FailureGroup | undefined) => void;
  onRetry: (groups: readonly FailureGroup[]) => void;
}) {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const { groups, rest } = props.failures;
  const { chosen } = props;
  const total = groups.reduce((sum, group) => sum + group.count, rest.lines);
  const markedGroups = groups.filter((group) => marked.has(keyOf(group)));
  const markedCount = markedGroups.reduce((sum, group) => sum + group.count, 0);
  const mark = (group: FailureGroup, isMarked: boolean) => {
    const next = new Set(marked);
    if (isMarked) next.add(keyOf(group));
    else next.delete(keyOf(group));
    setMarked(next);
  };
  return (
    <Card
      title="Why customers failed"
      help="run"
      aside={
        <div className="-mr-2 flex items-center gap-2">
          {props.canRetry && markedGroups.length > 1 ? (
            <Button icon="retry" onClick={() => props.onRetry(markedGroups)}>
              Retry {formatNumber(markedCount)} for {markedGroups.length} reasons
            </Button>
          ) : (
            <span className="text-muted">{count(total, 'failed customer')}</span>
          )}
          <DownloadLink
            href={`/api/v1/runs/${props.runId}/failures.csv`}
            label="Download failed customers as CSV"
          />
        </div>
      }
    >
      <ul className="max-h-96 divide-y divide-line overflow-y-auto" aria-label="Reasons">
        {groups.map((group) => {
          const isChosen = chosen?.code === group.code && chosen.message === group.message;
          return (
            <li
              key={keyOf(group)}
              className={`flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 sm:px-5 ${isChosen ? 'bg-sunken' : ''}`}
            >
              {props.canRetry && groups.length > 1 && (
                <input
                  type="checkbox"
                  aria-label={`Select: ${failureText(group.message)}`}
                  checked={marked.has(keyOf(group))}
                  onChange={({ target }) => mark(group, target.checked)}
                  className="-mr-1 mt-1 size-4 accent-accent"
                />
              )}
              <button
                type="button"
                data-print
                aria-pressed={isChosen}
                title={isChosen ? 'List all failed customers again' : 'List these customers'}
                onClick={() => props.onChoose(isChosen ? undefined : group)}
                className="group flex min-w-0 flex-1 basis-64 items-start gap-3 rounded-sm text-left"
              >
                <span className="shrink-0 rounded bg-bad-soft px-1.5 font-semibold whitespace-nowrap text-bad">
                  {formatNumber(group.count)} ×
                </span>
                <span className="min-w-0">
                  <span className="wrap-break-word decoration-line-strong underline-offset-2 group-hover:underline">
                    {failureText(group.message)}
                  </span>
                  <Help failure={group} />
                  {group.examples.length > 0 && (
                    <span className="block text-sm text-muted">{examples(group)}</span>
                  )}
                </span>
              </button>
              {props.canRetry && (
                <Button icon="retry" onClick={() => props.onRetry([group])}>
                  {group.count === 1
                    ? 'Retry this one'
                    : `Retry these ${formatNumber(group.count)}`}
                </Button>
              )}
            </li>
          );
        })}
        {rest.lines > 0 && (
          <li className="px-4 py-3 text-muted sm:px-5">
            {count(rest.lines, 'customer')} more, for {count(rest.groups, 'other reason')}
          </li>
        )}
      </ul>
    </Card>
  );
}

const keyOf = ({ code, message }: FailureGroup) => `${code} ${message}`;

/** What was received, cause and fix, as far as known. */
function Help({ failure: { received, cause, fix } }: { failure: FailureGroup }) {
  return (
    <span className="block text-sm text-muted">
      {received !== null && <span className="block">Received: {received}</span>}
      {cause !== null && <span className="block">Likely cause: {cause}</span>}
      {fix !== null && <span className="block text-ink">What to do: {fix}</span>}
    </span>
  );
}

function examples({ examples: some, count: all }: FailureGroup): string {
  const names = some.map(({ wooCustomerId, name, email, position }) =>
    [name ?? email, wooCustomerId === null ? `row ${position}` : `#${wooCustomerId}`]
      .filter(Boolean)
      .join(' '),
  );
  return all > some.length ? `For example ${names.join(', ')}` : names.join(', ');
}
