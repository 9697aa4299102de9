import { memo, type MouseEvent, type ReactNode } from 'react';
import type { LineFilter } from '../../api/line-filter.ts';
import { count, formatNumber } from '../../words/format.ts';
import { LINES } from '../../words/status.ts';
import type { Line } from '../../api/trpc.ts';
import type { ApiError } from '../../api/api-error.ts';
import { ErrorNote } from '../../ui/notes.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { LineFilters, type LineFiltersProps } from './line-filters.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { CustomerLink, KeptCustomerLink } from '../../ui/links.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusPill, toneText } from '../../ui/status-pill.tsx';
import { Time } from '../../words/time.tsx';
import { failureText } from '../../words/customer.ts';

/** The matching customers of a run with their details. */
export function CustomerLines(
  props: LineFiltersProps & {
    /** Undefined while loading. */
    lines: readonly Line[] | undefined;
    hasMore: boolean;
    isLoadingMore: boolean;
    /** Address of the store, for links to its customers. */
    storeUrl: string | undefined;
    onLine: (position: number) => void;
    onMore: () => void;
    /** Retries one failed customer; missing if not allowed. */
    onRetry: ((position: number) => void) | undefined;
    /** Customers that match the filters. */
    found: number;
    /** Retries all that match; missing where that is not possible. */
    onRetryFound: (() => void) | undefined;
    isRetrying: boolean;
    problem: ApiError | null;
  },
) {
  const { filter, run } = props;
  // The counts arrive before the lines.
  const isBehind = props.lines?.length === 0 && isOnlyState(filter) && run.counts[filter.state] > 0;
  const lines = isBehind ? undefined : props.lines;
  return (
    <Card title="Customer list" className="paint-when-seen">
      <LineFilters {...props} />
      {props.problem && (
        <div className="px-4 pb-3 sm:px-5">
          <ErrorNote error={props.problem} />
        </div>
      )}
      {!lines && (
        <div className="flex flex-col gap-2 p-4 sm:p-5" aria-busy="true">
          <Skeleton className="h-6" />
          <Skeleton className="h-6" />
          <Skeleton className="h-6" />
        </div>
      )}
      {lines?.length === 0 && (
        <p className="px-4 pt-2 pb-5 text-muted sm:px-5">{emptyText(filter)}</p>
      )}
      {lines && lines.length > 0 && (
        <>
          {props.onRetryFound && (
            <div className="px-4 pb-2 sm:px-5">
              <Button icon="retry" onClick={props.onRetryFound}>
                Retry all {formatNumber(props.found)} that match
              </Button>
            </div>
          )}
          <LineTable
            lines={lines}
            storeId={run.storeId}
            storeUrl={props.storeUrl}
            onLine={props.onLine}
            onRetry={props.onRetry}
            isRetrying={props.isRetrying}
          />
          <LoadMore
            hasMore={props.hasMore}
            isLoading={props.isLoadingMore}
            onMore={props.onMore}
            note={`${formatNumber(lines.length)} of ${count(props.found, 'customer')}`}
            className="border-t border-line"
          />
        </>
      )}
    </Card>
  );
}

/** Memoised: a run changes more often than its rows. */
const LineTable = memo(function LineTable(props: {
  lines: readonly Line[];
  storeId: string;
  storeUrl: string | undefined;
  onLine: (position: number) => void;
  onRetry: ((position: number) => void) | undefined;
  isRetrying: boolean;
}) {
  const { lines, storeId, storeUrl, onLine, onRetry } = props;
  // A click anywhere on the row; the keyboard uses its button.
  const choose = (event: MouseEvent<HTMLElement>, position: number) => {
    if (!(event.target as HTMLElement).closest('a, button')) onLine(position);
  };
  return (
    <div className="relative max-h-[32rem] overflow-auto border-t border-line">
      <table className="w-full text-left">
        <thead className="sticky top-0 bg-surface text-sm text-muted shadow-[0_1px_0_var(--color-line)]">
          <tr>
            <Head>Customer</Head>
            <Head>Result</Head>
            <Head className="hidden text-right sm:table-cell">Attempts</Head>
            <Head className="hidden text-right sm:table-cell">When</Head>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr
              key={line.position}
              onClick={(event) => choose(event, line.position)}
              className="cursor-pointer border-b border-line align-top last:border-0 hover:bg-sunken"
            >
              <td className="py-2 pr-3 pl-4 sm:pl-5">
                <CustomerId line={line} storeId={storeId} storeUrl={storeUrl} onLine={onLine} />
                {line.name !== null && <span className="block wrap-anywhere">{line.name}</span>}
                {line.email !== null && line.email !== line.name && (
                  <span className="block text-sm wrap-anywhere text-muted">{line.email}</span>
                )}
              </td>
              <td className="py-2 pr-4">
                <Result line={line} />
                {onRetry && line.state === 'failed' && (
                  <div>
                    <Button
                      kind="quiet"
                      icon="retry"
                      className="-ml-3"
                      isBusy={props.isRetrying}
                      onClick={() => onRetry(line.position)}
                    >
                      Retry this customer
                    </Button>
                  </div>
                )}
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
});

function CustomerId(props: {
  line: Line;
  storeId: string;
  storeUrl: string | undefined;
  onLine: (position: number) => void;
}) {
  const { wooCustomerId, position } = props.line;
  const name = wooCustomerId === null ? `row ${position}` : `#${wooCustomerId}`;
  return (
    <span className="inline-flex items-center gap-1">
      <button
        type="button"
        data-print
        title="Show details"
        onClick={() => props.onLine(position)}
        className="min-h-6 min-w-6 rounded-sm text-left underline decoration-line-strong underline-offset-2 hover:decoration-current"
      >
        {name}
      </button>
      {wooCustomerId !== null && (
        <KeptCustomerLink
          storeId={props.storeId}
          wooId={wooCustomerId}
          label={`Open the page of ${name}`}
          className="grid size-6 place-items-center text-muted hover:text-ink"
        >
          <Icon name="user" className="size-3.5" />
        </KeptCustomerLink>
      )}
      {wooCustomerId !== null && props.storeUrl !== undefined && (
        <CustomerLink
          storeUrl={props.storeUrl}
          wooCustomerId={wooCustomerId}
          label={`Open ${name} in WooCommerce`}
        />
      )}
    </span>
  );
}

function Result({ line }: { line: Line }) {
  if (line.error && line.state !== 'done') {
    return (
      <span className={`wrap-break-word ${line.state === 'failed' ? toneText.bad : 'text-muted'}`}>
        {failureText(line.error.message)}
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

function isOnlyState(filter: LineFilter): filter is { state: Line['state'] } {
  return filter.state !== undefined && Object.keys(filter).length === 1;
}

function emptyText(filter: LineFilter): string {
  if (Object.keys(filter).length === 0) return 'This run has no customers yet.';
  if (!isOnlyState(filter)) return 'No customers of this run match these filters.';
  if (filter.state === 'failed') return 'No customers failed in this run.';
  return `No customers are in this state (${LINES[filter.state].word.toLowerCase()}).`;
}
