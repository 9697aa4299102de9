import { formatNumber } from '../../words/format.ts';
import type { LineFilter } from '../../api/line-filter.ts';
import { LINES, OUTCOMES } from '../../words/status.ts';
import type { Line, Run } from '../../api/trpc.ts';
import { Icon } from '../../ui/icon.tsx';
import { useDebouncedInput } from '../../ui/use-debounced-input.ts';
import { failureText } from '../../words/customer.ts';

export type LineTab = Line['state'] | 'all';

const tabs = ['failed', 'done', 'processing', 'draft', 'cancelled', 'all'] as const;

export interface LineFiltersProps {
  run: Run;
  filter: LineFilter;
  onTab: (tab: LineTab) => void;
  onOutcome: (outcome: LineFilter['outcome']) => void;
  onSearch: (q: string | undefined) => void;
  onAnyReason: () => void;
  onAnyPlace: () => void;
}

/** The active filters of a run's customers; each can be removed. */
export function LineFilters(props: LineFiltersProps) {
  const { run, filter } = props;
  const chosen = filter.state ?? 'all';
  return (
    <div className="flex flex-col gap-2 px-3 py-2 sm:px-4">
      <div role="group" aria-label="State" className="flex gap-1 overflow-x-auto">
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            aria-pressed={tab === chosen}
            onClick={() => props.onTab(tab)}
            className="flex h-8 items-center gap-1.5 rounded-md px-2.5 whitespace-nowrap text-muted hover:bg-sunken aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink"
          >
            {tab === 'all' ? 'All' : LINES[tab].word}
            <span className="text-sm">
              {formatNumber(tab === 'all' ? run.counts.total : run.counts[tab])}
            </span>
          </button>
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-2 px-1">
        <CustomerSearch q={filter.q ?? ''} onSearch={props.onSearch} />
        {(chosen === 'done' || chosen === 'all') && (
          <select
            aria-label="Outcome"
            value={filter.outcome ?? ''}
            onChange={({ target }) =>
              props.onOutcome((target.value || undefined) as LineFilter['outcome'])
            }
            className="h-8 rounded-md border border-line-strong bg-surface px-2 pr-7"
          >
            <option value="">Any outcome</option>
            {Object.entries(OUTCOMES).map(([outcome, word]) => (
              <option key={outcome} value={outcome}>
                {word}
              </option>
            ))}
          </select>
        )}
        {filter.failure && (
          <Chip onRemove={props.onAnyReason}>{failureText(filter.failure.message)}</Chip>
        )}
        {(filter.from !== undefined || filter.to !== undefined) && (
          <Chip onRemove={props.onAnyPlace}>{placeText(filter)}</Chip>
        )}
      </div>
    </div>
  );
}

function CustomerSearch({ q, onSearch }: Pick<LineFiltersProps, 'onSearch'> & { q: string }) {
  const { typed, type, flush } = useDebouncedInput(q, (next) => onSearch(next || undefined));
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        flush();
      }}
    >
      <input
        type="search"
        aria-label="Search customers of this run"
        placeholder="Name, email or #id"
        maxLength={200}
        value={typed}
        onChange={({ target }) => type(target.value)}
        className="h-8 w-56 rounded-md border border-line-strong bg-surface px-2.5 placeholder:text-muted"
      />
    </form>
  );
}

function Chip({ children, onRemove }: { children: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-8 max-w-full min-w-0 items-center gap-1 rounded-md bg-sunken pl-2.5">
      <span className="truncate" title={children}>
        {children}
      </span>
      <button
        type="button"
        aria-label={`Remove filter: ${children}`}
        onClick={onRemove}
        className="grid size-8 shrink-0 place-items-center text-muted hover:text-ink"
      >
        <Icon name="close" className="size-3.5" />
      </button>
    </span>
  );
}

function placeText({ from = 1, to }: LineFilter): string {
  return to === undefined
    ? `From position ${formatNumber(from)}`
    : `Positions ${formatNumber(from)} to ${formatNumber(to)}`;
}
