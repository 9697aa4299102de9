import type { ReactNode } from 'react';
import { formatNumber } from '../format.ts';
import { groupFailures } from '../group-failures.ts';
import { LINES } from '../status.ts';
import type { Line, Run } from '../trpc.ts';
import { Card } from './card.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Skeleton } from './skeleton.tsx';
import { StatusPill, toneText } from './status-pill.tsx';
import { Time } from './time.tsx';

const tabs = ['failed', 'done', 'processing', 'draft', 'cancelled'] as const;

/** Customers of a run in one state; the failed ones with their reasons summed up. */
export function CustomerLines(props: {
  run: Run;
  state: Line['state'];
  /** Undefined until they are there. */
  lines: readonly Line[] | undefined;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** Of the store; leads to its customers. */
  storeUrl: string | undefined;
  onState: (state: Line['state']) => void;
  onMore: () => void;
}) {
  const { run, state } = props;
  // The counts come before the lines themselves.
  const lines = props.lines?.length === 0 && run.counts[state] > 0 ? undefined : props.lines;
  return (
    <Card title="Customers one by one">
      <div role="group" aria-label="State" className="flex gap-1 overflow-x-auto px-3 py-2 sm:px-4">
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            aria-pressed={tab === state}
            onClick={() => props.onState(tab)}
            className="flex h-8 items-center gap-1.5 rounded-md px-2.5 whitespace-nowrap text-muted hover:bg-sunken aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink"
          >
            {LINES[tab].word}
            <span className="text-sm">{formatNumber(run.counts[tab])}</span>
          </button>
        ))}
      </div>
      {!lines && (
        <div className="flex flex-col gap-2 p-4 sm:p-5" aria-busy="true">
          <Skeleton className="h-6" />
          <Skeleton className="h-6" />
          <Skeleton className="h-6" />
        </div>
      )}
      {lines?.length === 0 && (
        <p className="px-4 pt-2 pb-5 text-muted sm:px-5">{emptyText(state)}</p>
      )}
      {lines && lines.length > 0 && (
        <>
          {state === 'failed' && (
            <Reasons lines={lines} total={props.hasMore ? run.counts.failed : lines.length} />
          )}
          <LineTable lines={lines} storeUrl={props.storeUrl} />
          {props.hasMore && (
            <div className="border-t border-line p-3 text-center">
              <Button isBusy={props.isLoadingMore} onClick={props.onMore}>
                Load more
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function Reasons({ lines, total }: { lines: readonly Line[]; total: number }) {
  const isPart = lines.length < total;
  return (
    <div className="border-t border-line px-4 py-3 sm:px-5">
      <h3 className="mb-1 text-sm text-muted">
        Reasons{isPart && ` of the first ${formatNumber(lines.length)} of ${formatNumber(total)}`}
      </h3>
      <ul className="flex flex-col gap-1.5">
        {groupFailures(lines).map((group) => (
          <li key={group.message} className="flex items-start gap-3">
            <span className="min-w-8 rounded bg-bad-soft px-1.5 text-center font-semibold text-bad">
              {formatNumber(group.count)}
            </span>
            <span className="min-w-0 wrap-break-word">{group.message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function LineTable({ lines, storeUrl }: { lines: readonly Line[]; storeUrl: string | undefined }) {
  return (
    <div className="relative max-h-[32rem] overflow-auto border-t border-line">
      <table className="w-full text-left">
        <thead className="sticky top-0 bg-surface text-sm text-muted shadow-[0_1px_0_var(--color-line)]">
          <tr>
            <Head>Customer</Head>
            <Head>What became of it</Head>
            <Head className="hidden text-right sm:table-cell">Tries</Head>
            <Head className="hidden text-right sm:table-cell">When</Head>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.position} className="border-b border-line align-top last:border-0">
              <td className="py-2 pr-3 pl-4 sm:pl-5">
                <CustomerId line={line} storeUrl={storeUrl} />
              </td>
              <td className="py-2 pr-4">
                <Verdict line={line} />
              </td>
              <td className="hidden py-2 pr-4 text-right sm:table-cell">{line.attempts}</td>
              <td className="hidden py-2 pr-5 text-right whitespace-nowrap text-muted sm:table-cell">
                {line.processedAt && <Time at={line.processedAt} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CustomerId({ line, storeUrl }: { line: Line; storeUrl: string | undefined }) {
  const { wooCustomerId } = line;
  if (wooCustomerId === null) return <span className="text-muted">row {line.position}</span>;
  if (!storeUrl) return <span>{`#${wooCustomerId}`}</span>;
  return (
    <a
      href={`${storeUrl}/wp-admin/user-edit.php?user_id=${wooCustomerId}`}
      target="_blank"
      rel="noreferrer"
      title="Open in the store"
      className="inline-flex items-center gap-1 underline decoration-line-strong underline-offset-2 hover:decoration-current"
    >
      {`#${wooCustomerId}`}
      <Icon name="external" className="size-3 text-muted" />
    </a>
  );
}

function Verdict({ line }: { line: Line }) {
  if (line.error && line.state !== 'done') {
    return (
      <span className={`wrap-break-word ${line.state === 'failed' ? toneText.bad : 'text-muted'}`}>
        {line.error.message}
      </span>
    );
  }
  if (line.outcome) return <span className="capitalize">{line.outcome}</span>;
  return <StatusPill look={LINES[line.state]} />;
}

function Head({ children, className = '' }: { children: ReactNode; className?: string }) {
  return (
    <th scope="col" className={`py-2 pr-4 font-normal first:pl-4 sm:first:pl-5 ${className}`}>
      {children}
    </th>
  );
}

function emptyText(state: Line['state']): string {
  if (state === 'failed') return 'No customer has failed in this run.';
  return `No customer of this run is in this state (${LINES[state].word.toLowerCase()}).`;
}
