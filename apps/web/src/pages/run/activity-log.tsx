import { memo, useEffect, useRef } from 'react';
import type { ActivityFilter } from '../../api/activity-filter.ts';
import { count, formatClock, formatExact } from '../../words/format.ts';
import { LEVELS } from '../../words/status.ts';
import type { ActivityEntry } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DownloadLink } from '../../ui/download-link.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toneText } from '../../ui/status-pill.tsx';

const textDelayMs = 250;

type Level = ActivityEntry['level'];

const levels = ['info', 'warning', 'error'] as const;

/** The activity of a run, newest first, live; updates can be paused for reading. */
export function ActivityLog(props: {
  runId: string;
  /** Newest first; undefined while loading. */
  entries: readonly ActivityEntry[] | undefined;
  view: ActivityFilter;
  /** Entries that arrived since updates were paused. */
  unseen: number;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  onHold: () => void;
  onResume: () => void;
  /** All levels if none are given. */
  onLevels: (levels: Level[] | undefined) => void;
  onText: (text: string | undefined) => void;
  onOlder: () => void;
}) {
  const { entries: shown, view, unseen } = props;
  const isHeld = view.until !== undefined;
  return (
    <Card
      title="Activity"
      className="paint-when-seen flex flex-col lg:max-h-[60rem]"
      aside={
        <div className="-mr-2 flex items-center gap-2">
          {isHeld && (
            <span role="status" className="text-sm text-muted">
              {unseen === 0 ? 'Paused' : count(unseen, 'new entry', 'new entries')}
            </span>
          )}
          <Button
            kind="quiet"
            icon={isHeld ? 'play' : 'pause'}
            onClick={isHeld ? props.onResume : props.onHold}
          >
            {isHeld ? 'Resume updates' : 'Pause updates'}
          </Button>
          <DownloadLink
            href={`/api/v1/runs/${props.runId}/activity.csv`}
            label="Download activity as CSV"
          />
        </div>
      }
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2 sm:px-5">
        <div role="group" aria-label="Show only" className="-ml-2 flex gap-1">
          {levels.map((level) => (
            <LevelToggle key={level} level={level} view={view} onLevels={props.onLevels} />
          ))}
        </div>
        <TextFilter text={view.text} onText={props.onText} />
      </div>
      <ol
        className="relative max-h-[36rem] min-h-0 flex-1 overflow-y-auto lg:max-h-none"
        aria-label="Activity, newest first"
        tabIndex={0}
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
            {view.levels || view.text !== undefined
              ? 'No entries match these filters.'
              : 'Nothing has happened yet. Each page read and each batch saved is listed here.'}
          </li>
        )}
        {shown?.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
        {props.hasOlder && (
          <li>
            <LoadMore
              hasMore
              isLoading={props.isLoadingOlder}
              onMore={props.onOlder}
              label="Load older"
            />
          </li>
        )}
      </ol>
    </Card>
  );
}

function LevelToggle(props: {
  level: Level;
  view: ActivityFilter;
  onLevels: (levels: Level[] | undefined) => void;
}) {
  const { level, view } = props;
  const chosen = view.levels ?? [];
  const isOn = chosen.includes(level);
  const look = LEVELS[level];
  const toggle = () => {
    const next = levels.filter((each) => (each === level ? !isOn : chosen.includes(each)));
    // An empty list means all levels.
    props.onLevels(next.length === 0 || next.length === levels.length ? undefined : next);
  };
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={toggle}
      className="flex h-8 items-center gap-1.5 rounded-md border border-transparent px-2 text-muted hover:bg-sunken aria-pressed:border-line-strong aria-pressed:bg-sunken aria-pressed:text-ink"
    >
      <Icon name={look.icon} className={`size-4 ${toneText[look.tone]}`} />
      {look.word}
    </button>
  );
}

/** Takes effect shortly after the last key. */
function TextFilter(props: {
  text: string | undefined;
  onText: (text: string | undefined) => void;
}) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => props.onText(text.trim() || undefined), textDelayMs);
  };
  return (
    <input
      type="search"
      aria-label="Filter by text"
      placeholder="Filter by text"
      maxLength={100}
      defaultValue={props.text}
      onChange={({ target }) => type(target.value)}
      className="h-8 min-w-32 flex-1 rounded-md border border-line-strong bg-surface px-2.5 placeholder:text-muted"
    />
  );
}

/** Memoised: there may be hundreds of entries, and changes of the run affect none. */
const Entry = memo(function Entry({ entry }: { entry: ActivityEntry }) {
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
});
