import { useState } from 'react';
import { formatClock, formatExact, formatNumber } from '../format.ts';
import { LEVELS } from '../status.ts';
import type { ActivityEntry } from '../trpc.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { Icon } from './icon.tsx';
import { Skeleton } from './skeleton.tsx';
import { toneText } from './status-pill.tsx';

/** What happened in a run, newest on top, as it happens; it can be held still for reading. */
export function ActivityLog(props: {
  /** Newest first; undefined until they are there. */
  entries: readonly ActivityEntry[] | undefined;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  onOlder: () => void;
}) {
  const { entries } = props;
  const [heldAt, setHeldAt] = useState<number | null>(null);
  const shown = entries?.filter(({ seq }) => heldAt === null || (seq ?? 0) <= heldAt);
  const unseen = (entries?.length ?? 0) - (shown?.length ?? 0);
  const hold = () => setHeldAt(heldAt === null ? (entries?.[0]?.seq ?? 0) : null);
  return (
    <Card
      title="Activity"
      className="flex flex-col lg:max-h-[60rem]"
      aside={
        <div className="-mr-2 flex items-center gap-2">
          {unseen > 0 && <span className="text-sm text-muted">{formatNumber(unseen)} new</span>}
          <Button kind="quiet" icon={heldAt === null ? 'pause' : 'play'} onClick={hold}>
            {heldAt === null ? 'Pause' : 'Resume'}
          </Button>
        </div>
      }
    >
      <ol
        className="relative max-h-[36rem] min-h-0 flex-1 overflow-y-auto lg:max-h-none"
        aria-label="Activity, newest first"
      >
        {!shown && (
          <li className="flex flex-col gap-2 p-4" aria-busy="true">
            <Skeleton className="h-5" />
            <Skeleton className="h-5" />
            <Skeleton className="h-5" />
          </li>
        )}
        {shown?.length === 0 && (
          <li className="px-4 py-5 text-muted sm:px-5">
            Nothing has happened yet. Each page that is read and each batch that is written gets a
            line here.
          </li>
        )}
        {shown?.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
        {props.hasOlder && (
          <li className="p-3 text-center">
            <Button isBusy={props.isLoadingOlder} onClick={props.onOlder}>
              Load older
            </Button>
          </li>
        )}
      </ol>
    </Card>
  );
}

function Entry({ entry }: { entry: ActivityEntry }) {
  const look = LEVELS[entry.level];
  const isPerson = entry.actor.type === 'user' || entry.actor.type === 'api_key';
  return (
    <li className="flex gap-2.5 border-b border-line px-4 py-2 last:border-0 sm:px-5">
      <span className={`mt-0.5 ${toneText[look.tone]}`} title={look.word}>
        <Icon name={look.icon} />
        <span className="sr-only">{look.word}</span>
      </span>
      <p className="min-w-0 flex-1 wrap-break-word">
        {entry.message}
        {isPerson && entry.actor.name && <span className="text-muted"> by {entry.actor.name}</span>}
      </p>
      <time
        dateTime={entry.at}
        title={formatExact(entry.at)}
        className="text-sm whitespace-nowrap text-muted"
      >
        {formatClock(entry.at)}
      </time>
    </li>
  );
}
