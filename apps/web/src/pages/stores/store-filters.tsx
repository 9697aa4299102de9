import type { ReactNode } from 'react';
import { formatNumber } from '../../words/format.ts';
import { HEALTHS, healthNames, type Health, type StoreView } from '../../words/health.ts';
import { Icon } from '../../ui/icon.tsx';
import { toneText } from '../../ui/status-pill.tsx';
import { useDebouncedInput } from '../../ui/use-debounced-input.ts';

/** Filters of stores: by health, with counts, and by name. */
export function StoreFilters(props: {
  counts: ReadonlyMap<Health, number>;
  total: number;
  view: StoreView;
  onHealth: (health: Health | undefined) => void;
  onFind: (find: string | undefined) => void;
  /** The menu of saved views. */
  children: ReactNode;
}) {
  const { counts, view } = props;
  const find = useDebouncedInput(view.find ?? '', (next) => props.onFind(next || undefined));
  return (
    <div className="mb-4 flex flex-wrap items-center gap-3">
      <div role="group" aria-label="Health" className="flex flex-wrap gap-1">
        <Choice isChosen={view.health === undefined} onChoose={() => props.onHealth(undefined)}>
          All <Count value={props.total} />
        </Choice>
        {healthNames
          .filter((health) => counts.has(health) || view.health === health)
          .map((health) => (
            <Choice
              key={health}
              isChosen={view.health === health}
              onChoose={() => props.onHealth(health)}
            >
              <Icon
                name={HEALTHS[health].icon}
                className={`size-3.5 ${toneText[HEALTHS[health].tone]}`}
              />
              {HEALTHS[health].word} <Count value={counts.get(health) ?? 0} />
            </Choice>
          ))}
      </div>
      <input
        type="search"
        aria-label="Find a store"
        placeholder="Find a store"
        value={find.typed}
        onChange={({ target }) => find.type(target.value)}
        className="h-9 min-w-0 flex-1 basis-48 rounded-md border border-line-strong bg-surface px-3 placeholder:text-muted sm:ml-auto sm:max-w-60"
      />
      {props.children}
    </div>
  );
}

function Choice(props: { isChosen: boolean; onChoose: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={props.isChosen}
      onClick={props.onChoose}
      className="inline-flex h-8 items-center gap-1.5 rounded-full border border-transparent px-3 text-sm text-muted hover:bg-sunken hover:text-ink aria-pressed:border-line-strong aria-pressed:bg-surface aria-pressed:font-medium aria-pressed:text-ink"
    >
      {props.children}
    </button>
  );
}

function Count({ value }: { value: number }) {
  return <span className="text-muted">{formatNumber(value)}</span>;
}
