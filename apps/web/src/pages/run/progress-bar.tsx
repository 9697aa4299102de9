import type { Run } from '../../api/trpc.ts';
import { expectedOf, shownPercent } from '../../api/run-facts.ts';

const parts = [
  ['done', 'bg-accent'],
  // A single failure among thousands stays visible.
  ['failed', 'min-w-[3px] shrink-0 bg-bad'],
  ['cancelled', 'bg-line-strong'],
  ['processing', 'bar-busy bg-accent/60'],
] as const;

/** Progress of a run: each state's share of the expected customers. */
export function ProgressBar({ run, className = 'h-1.5' }: { run: Run; className?: string }) {
  const total = Math.max(1, expectedOf(run) ?? run.counts.total);
  return (
    <div
      role="progressbar"
      aria-label={`Progress of the run of ${run.storeName}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={shownPercent(run)}
      className={`flex w-full overflow-hidden rounded-full bg-sunken ${className}`}
    >
      {parts
        .filter(([state]) => run.counts[state] > 0)
        .map(([state, colour]) => (
          <div
            key={state}
            className={`h-full ${colour}`}
            style={{ width: `${(run.counts[state] / total) * 100}%` }}
          />
        ))}
    </div>
  );
}
