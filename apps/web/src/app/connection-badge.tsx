import { count, formatClock, formatDuration } from '../words/format.ts';
import type { Connection, Resumed } from '../api/live/use-live.ts';
import { useClock } from '../ui/now.ts';
import { Icon } from '../ui/icon.tsx';

/** How long the badge reports a restored connection, in milliseconds; the tooltip keeps doing so. */
const newsMs = 30_000;

/** Whether updates are live, and what was caught up after an interruption. */
export function ConnectionBadge({ connection }: { connection: Connection }) {
  return (
    <span role="status" className="text-sm whitespace-nowrap">
      {connection.state === 'live' && <Live resumed={connection.resumed} />}
      {connection.state === 'reconnecting' && (
        <span
          className="flex items-center gap-1.5 rounded-full bg-wait-soft px-2.5 py-0.5 font-medium text-wait"
          title={`Lost at ${clockOf(connection.lostAt)}. The page reconnects by itself and then shows what happened meanwhile.`}
        >
          <Icon name="retry" className="size-3.5" />
          Reconnecting…
        </span>
      )}
      {connection.state === 'connecting' && (
        <span className="flex items-center gap-1.5 text-muted">
          <span className="size-2 rounded-full border border-line-strong" />
          <span className="sr-only sm:not-sr-only">Connecting…</span>
        </span>
      )}
      {connection.state === 'ended' && <span className="text-muted">Not live</span>}
    </span>
  );
}

function Live({ resumed }: { resumed: Resumed | null }) {
  const news = useClock((now) => (resumed && now - resumed.at < newsMs ? 'Live again' : ''));
  const caughtUp = resumed?.missed
    ? `, ${count(resumed.missed, 'entry', 'entries')} caught up`
    : '';
  const title = resumed
    ? `Live again since ${clockOf(resumed.at)}, after ${formatDuration((resumed.at - resumed.lostAt) / 1_000)}${caughtUp}. Nothing is missing.`
    : 'Updates appear as they happen';
  return (
    <span className="flex items-center gap-1.5 text-muted" title={title}>
      <span className="size-2 rounded-full bg-accent" />
      {news ? (
        <span className="font-medium text-ink">
          {news}
          <span className="sr-only lg:not-sr-only">{caughtUp}</span>
        </span>
      ) : (
        <span className="sr-only sm:not-sr-only">Live</span>
      )}
    </span>
  );
}

const clockOf = (at: number): string => formatClock(new Date(at).toISOString());
