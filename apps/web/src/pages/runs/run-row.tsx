import { formatNumber, formatPercent } from '../../words/format.ts';
import { KINDS, PHASES } from '../../words/status.ts';
import type { Run } from '../../api/trpc.ts';
import { Icon } from '../../ui/icon.tsx';
import { RunLink } from '../../ui/links.tsx';
import { ProgressBar } from '../run/progress-bar.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { Time } from '../../words/time.tsx';

/** A run in a list; the whole row leads to it. */
export function RunRow({ run }: { run: Run }) {
  const { counts } = run;
  return (
    <li>
      <RunLink
        runId={run.runId}
        className="grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-2 px-4 py-3 hover:bg-sunken focus-visible:-outline-offset-2 sm:px-5 lg:grid-cols-[minmax(10rem,1.2fr)_11rem_minmax(10rem,1.6fr)_13rem_7rem]"
      >
        <span className="truncate">
          <span className="font-medium">{run.storeName}</span>
          <span className="text-sm text-muted"> · {KINDS[run.kind]}</span>
        </span>
        <span className="flex items-center gap-2">
          <StatusPill look={PHASES[run.phase]} />
          {run.isActionRequired && (
            <span className="text-bad" title={run.action?.reason}>
              <Icon name="alert" />
              <span className="sr-only">Needs a decision</span>
            </span>
          )}
        </span>
        <span className="col-span-2 flex items-center gap-3 lg:col-span-1">
          <ProgressBar run={run} />
          <span className="w-12 text-right text-sm text-muted">{formatPercent(run.percent)}</span>
        </span>
        <span className="text-sm text-muted">
          {formatNumber(counts.done)} synced
          {counts.failed > 0 && (
            <span className="text-bad">, {formatNumber(counts.failed)} failed</span>
          )}
          {counts.cancelled > 0 && `, ${formatNumber(counts.cancelled)} cancelled`}
        </span>
        <Time at={run.createdAt} className="text-right text-sm text-muted" />
      </RunLink>
    </li>
  );
}
