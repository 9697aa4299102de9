import type { ReactNode } from 'react';
import { formatDuration, formatNumber, formatPercent, formatRate } from '../../words/format.ts';
import {
  expectedOf,
  isListBroken,
  isOver,
  isReadingList,
  completedOf,
  shownPercent,
} from '../../api/run-facts.ts';
import { durationText, PHASES, phaseSentence, runLook } from '../../words/status.ts';
import { useNewestRun } from '../../api/live/newest-run.ts';
import type { Run } from '../../api/trpc.ts';
import { useClock } from '../../ui/now.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { toneText } from '../../ui/status-pill.tsx';

/** Progress, current activity and speed of a run; changes with each event, the rest of the page less often. */
export function RunProgress({ run: known }: { run: Run }) {
  const run = useNewestRun(known);
  const phase = useClock((now) => phaseSentence(run, now));
  const look = runLook(run);
  return (
    <section
      aria-label="Progress"
      className="rounded-lg border border-line bg-surface p-4 shadow-card contain-content sm:p-6"
    >
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-3">
        <p className="text-3xl font-semibold tracking-tight" data-testid="percent">
          {formatPercent(shownPercent(run))}
        </p>
        <p className={`flex min-w-0 items-start gap-2 font-medium ${toneText[look.tone]}`}>
          <Icon name={look.icon} className="mt-0.5 size-4.5" />
          <span className="min-w-0 wrap-break-word" data-testid="phase">
            {phase}
          </span>
        </p>
      </div>
      {runLook(run) !== PHASES.done && <ProgressBar run={run} className="mt-4 h-4" />}
      <div className="mt-5 grid gap-x-8 gap-y-4 md:grid-cols-2">
        <Stage
          number={1}
          title="Read the store’s list"
          end={isListBroken(run) ? 'broken' : isReadingList(run) ? null : 'complete'}
          value={run.counts.total}
          of={isReadingList(run) || isListBroken(run) ? run.discovery.storeTotal : run.counts.total}
          note={listNote(run)}
        />
        <Stage
          number={2}
          title="Save customers"
          end={!isOver(run) ? null : isListBroken(run) ? 'broken' : 'complete'}
          value={completedOf(run)}
          of={expectedOf(run)}
          note={`${formatNumber(run.batches)} ${run.batches === 1 ? 'batch' : 'batches'} of up to ${formatNumber(run.batchSize)}`}
        />
      </div>
      <dl className="mt-5 grid grid-cols-2 gap-x-6 gap-y-4 border-t border-line pt-4 sm:grid-cols-3 lg:grid-cols-5">
        <Fact label={isOver(run) ? 'Average rate' : 'Rate'}>
          {run.ratePerSecond === null ? '–' : formatRate(run.ratePerSecond)}
        </Fact>
        {isOver(run) ? (
          <Fact label="Took">{durationText(run)}</Fact>
        ) : (
          <Fact label="Time left">{leftOf(run)}</Fact>
        )}
        <Fact label="Requests" note="sent to the store, out of the maximum allowed">
          {formatNumber(run.discovery.requestsUsed)}
          <Of total={run.discovery.requestsBudget} />
        </Fact>
        {(run.round > 1 || run.processCount > 0) && (
          <>
            <Fact label="Round" note="each retry starts another">
              {formatNumber(run.round)}
            </Fact>
            <Fact
              label="Failed rounds"
              note={`after ${formatNumber(run.maxRounds)}, the run asks for a decision`}
            >
              {formatNumber(run.processCount)}
              <Of total={run.maxRounds} />
            </Fact>
          </>
        )}
      </dl>
    </section>
  );
}

const ends = {
  complete: { icon: 'check', colour: 'bg-accent-soft text-accent' },
  broken: { icon: 'cross', colour: 'bg-bad-soft text-bad' },
} as const;

function Stage(props: {
  number: number;
  title: string;
  /** How it ended; null while it is active. */
  end: keyof typeof ends | null;
  value: number;
  of: number | null;
  note: string;
}) {
  const { value, of, end } = props;
  const share = of ? Math.min(1, value / of) : 0;
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 className="flex items-center gap-2 font-medium">
          <span
            className={`grid size-5 place-items-center rounded-full text-xs ${end ? ends[end].colour : 'bg-sunken text-muted'}`}
          >
            {end ? <Icon name={ends[end].icon} className="size-3.5" /> : props.number}
          </span>
          {props.title}
        </h2>
        <p>
          <span className="font-semibold">{formatNumber(value)}</span>
          {of === null ? <span className="text-muted"> of ?</span> : <Of total={of} />}
        </p>
      </div>
      {end !== 'complete' && (
        <div className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken">
          <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
        </div>
      )}
      <p className="mt-1.5 text-sm text-muted">{props.note}</p>
    </div>
  );
}

function Fact(props: { label: string; note?: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{props.label}</dt>
      <dd className="text-lg font-semibold">{props.children}</dd>
      {props.note && <dd className="text-sm text-muted">{props.note}</dd>}
    </div>
  );
}

function Of({ total }: { total: number }) {
  return <span className="font-normal text-muted"> of {formatNumber(total)}</span>;
}

function listNote({ discovery, counts, isActionRequired }: Run): string {
  const pages = `${formatNumber(discovery.pages)} ${discovery.pages === 1 ? 'page' : 'pages'}`;
  // The banner of a run that needs a decision shows the reason.
  if (discovery.error)
    return isActionRequired ? `${pages}; stopped` : `${pages}; stopped: ${discovery.error.message}`;
  if (discovery.state === 'cancelled') return `${pages}; stopped by Force done`;
  if (discovery.state !== 'complete' || discovery.storeTotal === null) return pages;
  const difference = discovery.storeTotal - counts.total;
  return difference === 0
    ? `${pages}, matches the store’s count`
    : `${pages}; the store counts ${formatNumber(discovery.storeTotal)}`;
}

function leftOf(run: Run): string {
  return run.secondsLeft === null ? '–' : `about ${formatDuration(run.secondsLeft)}`;
}
