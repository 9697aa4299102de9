import { memo } from 'react';
import { count, formatDuration, formatExact, formatNumber } from '../../words/format.ts';
import { KINDS, RUN_STATES } from '../../words/status.ts';
import type { Store } from '../../api/trpc.ts';

type RecentRun = Store['recentRuns'][number];

const slots = 20;
const pitch = 6;
const height = 22;
/** Space below the line for the mark of failed runs, which does not rely on colour. */
const foot = 5;

const fills: Record<RecentRun['state'], string> = {
  draft: 'fill-line-strong',
  processing: 'fill-busy',
  done: 'fill-accent',
  partial: 'fill-partial',
  failed: 'fill-bad',
};

/** The last runs of a store, newest on the right: outcome by colour, customers by height. */
export const RunHistory = memo(function RunHistory({ runs }: { runs: readonly RecentRun[] }) {
  const most = Math.max(1, ...runs.map(({ total }) => total));
  const width = slots * pitch - 2;
  return (
    <svg
      role="img"
      aria-label={summaryOf(runs)}
      viewBox={`0 0 ${width} ${height + foot}`}
      width={width}
      height={height + foot}
      className="shrink-0"
    >
      <rect y={height} width={width} height="1" className="fill-line" />
      {runs.map((run, index) => (
        <Bar key={run.runId} run={run} most={most} x={(slots - runs.length + index) * pitch} />
      ))}
    </svg>
  );
});

function Bar({ run, most, x }: { run: RecentRun; most: number; x: number }) {
  // Square root, so that a small delta is visible beside a full sync.
  const size = Math.max(3, Math.round(Math.sqrt(run.total / most) * height));
  const hasFailures = run.state === 'partial' || run.state === 'failed';
  return (
    <g className={fills[run.state]}>
      <title>{describe(run)}</title>
      <rect x={x - 1} width={pitch} height={height + foot} fill="transparent" />
      <rect x={x} y={height - size} width={pitch - 2} height={size} rx="1" />
      {hasFailures && <circle cx={x + 2} cy={height + 3.5} r="1.5" />}
    </g>
  );
}

function describe(run: RecentRun): string {
  const facts = [
    count(run.total, 'customer'),
    `${formatNumber(run.changed)} changed`,
    ...(run.failed > 0 ? [`${formatNumber(run.failed)} failed`] : []),
    ...(run.seconds === null ? [] : [formatDuration(run.seconds)]),
  ];
  return `${KINDS[run.kind]}, ${formatExact(run.at)}\n${RUN_STATES[run.state]}: ${facts.join(', ')}`;
}

function summaryOf(runs: readonly RecentRun[]): string {
  if (runs.length === 0) return 'No runs yet';
  const states = [...new Set(runs.map(({ state }) => state))].map(
    (state) =>
      `${formatNumber(runs.filter((run) => run.state === state).length)} ${RUN_STATES[state].toLowerCase()}`,
  );
  return `Last ${count(runs.length, 'run')}: ${states.join(', ')}`;
}
