import { formatExact, formatRelative } from './format.ts';
import { useClock } from '../ui/now.ts';

/** Relative time, with the exact time on hover. */
export function Time({ at, className }: { at: string; className?: string }) {
  const age = useClock((now) => formatRelative(at, now));
  return (
    <time dateTime={at} title={formatExact(at)} className={className}>
      {age}
    </time>
  );
}
