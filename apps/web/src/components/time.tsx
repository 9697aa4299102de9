import { formatExact, formatRelative } from '../format.ts';
import { useNow } from '../now.ts';

/** How long ago, with the exact time on hover. */
export function Time({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatExact(at)} className={className}>
      {formatRelative(at, now)}
    </time>
  );
}
