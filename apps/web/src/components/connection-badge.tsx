import type { ConnectionState } from '../live/watch.ts';
import { Icon } from './icon.tsx';

/** Whether what is shown is live. */
export function ConnectionBadge({ state }: { state: ConnectionState }) {
  return (
    <span role="status" className="text-sm whitespace-nowrap">
      {state === 'live' && (
        <span
          className="flex items-center gap-1.5 text-muted"
          title="Changes are shown as they happen"
        >
          <span className="size-2 rounded-full bg-accent" />
          Live
        </span>
      )}
      {state === 'reconnecting' && (
        <span
          className="flex items-center gap-1.5 rounded-full bg-wait-soft px-2.5 py-0.5 font-medium text-wait"
          title="The connection was lost. It is resumed by itself, and what happened since is shown then."
        >
          <Icon name="retry" className="size-3.5" />
          Reconnecting…
        </span>
      )}
      {state === 'connecting' && (
        <span className="flex items-center gap-1.5 text-muted">
          <span className="size-2 rounded-full border border-line-strong" />
          Connecting…
        </span>
      )}
      {state === 'ended' && <span className="text-muted">Not live</span>}
    </span>
  );
}
