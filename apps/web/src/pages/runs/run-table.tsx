import type { ReactNode } from 'react';
import { isOver } from '../../api/run-facts.ts';
import type { Run } from '../../api/trpc.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RunLink, StoreLink } from '../../ui/links.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { formatNumber } from '../../words/format.ts';
import { durationText, KINDS, runLook, starterOf } from '../../words/status.ts';
import { Time } from '../../words/time.tsx';
import { ProgressBar } from '../run/progress-bar.tsx';

/** A table of runs; on a phone the columns are below each other. */
export function RunTable(props: { runs: readonly Run[]; isOfOneStore?: boolean }) {
  const { runs, isOfOneStore = false } = props;
  return (
    <table className="w-full border-collapse text-left">
      <thead className="hidden border-b border-line bg-sunken/60 text-sm text-muted md:table-header-group">
        <tr>
          <Head>Run</Head>
          <Head>State</Head>
          <Head>Customers</Head>
          <Head className="hidden lg:table-cell">Started by</Head>
          <Head className="text-right">Duration</Head>
          <Head className="text-right">Started</Head>
          <Head className="hidden xl:table-cell">ID</Head>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {runs.map((run) => (
          <RunRow key={run.runId} run={run} isOfOneStore={isOfOneStore} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, isOfOneStore }: { run: Run; isOfOneStore: boolean }) {
  const isRunning = !isOver(run);
  return (
    <tr className="relative grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 px-4 py-[calc(0.25rem+var(--row-space))] hover:bg-sunken/60 md:table-row md:px-0 md:py-0">
      <th scope="row" className="font-normal md:px-3 md:py-(--row-space) md:pl-5">
        {/* The link covers the row; other links are above it. */}
        <RunLink
          runId={run.runId}
          className="block w-fit min-h-6 align-bottom font-medium md:compact:mr-3 md:compact:inline-block after:absolute after:inset-0 hover:underline focus-visible:after:outline-2"
        >
          {KINDS[run.kind]}
        </RunLink>
        {!isOfOneStore && (
          <StoreLink
            storeId={run.storeId}
            className="relative z-10 block min-h-6 w-fit max-w-full truncate align-bottom text-sm md:compact:inline-block text-muted hover:text-ink hover:underline"
          >
            {run.storeName}
          </StoreLink>
        )}
      </th>
      <td className="justify-self-end md:px-3 md:py-(--row-space)">
        <span className="flex items-center gap-2">
          <StatusPill look={runLook(run)} />
          {run.isActionRequired && (
            <span className="text-bad" title={run.action?.reason}>
              <Icon name="alert" />
              <span className="sr-only">Needs a decision</span>
            </span>
          )}
        </span>
      </td>
      <td className="text-sm text-muted md:px-3 md:py-(--row-space)">
        {isRunning && run.kind !== 'webhook' && <ProgressBar run={run} className="mb-1 h-1.5" />}
        <Counts run={run} />
      </td>
      <td className="max-w-40 justify-self-end truncate text-sm text-muted first-letter:uppercase md:hidden md:max-w-none md:px-3 md:py-(--row-space) lg:table-cell">
        {starterOf(run)}
      </td>
      <td className="text-sm whitespace-nowrap text-muted md:px-3 md:py-(--row-space) md:text-right">
        {durationText(run)}
      </td>
      <td className="justify-self-end text-sm whitespace-nowrap text-muted md:px-3 md:py-(--row-space) md:text-right">
        <Time at={run.createdAt} />
      </td>
      <td className="relative z-10 hidden md:px-3 md:py-(--row-space) md:pr-5 xl:table-cell">
        <CopyId id={run.runId} what="run ID" />
      </td>
    </tr>
  );
}

function Counts({ run }: { run: Run }) {
  const { done, failed, cancelled } = run.counts;
  return (
    <>
      {formatNumber(done)} synced
      {failed > 0 && <span className="text-bad">, {formatNumber(failed)} failed</span>}
      {cancelled > 0 && `, ${formatNumber(cancelled)} cancelled`}
    </>
  );
}

function Head({ className = '', children }: { className?: string; children: ReactNode }) {
  return (
    <th scope="col" className={`px-3 py-2 font-medium first:pl-5 last:pr-5 ${className}`}>
      {children}
    </th>
  );
}
