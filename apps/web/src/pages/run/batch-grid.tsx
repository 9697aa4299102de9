import { memo, useState, type KeyboardEvent } from 'react';
import { count } from '../../words/format.ts';
import {
  describeGrid,
  describePart,
  type GridCell,
  type GridCells,
  type Part,
} from './grid-cells.ts';
import { Card } from '../../ui/card.tsx';

const looks: Record<GridCell['state'], { word: string; className: string }> = {
  done: { word: 'Synced', className: 'bg-accent rounded-[3px]' },
  failed: { word: 'With failures', className: 'bg-bad rounded-full' },
  cancelled: { word: 'Cancelled', className: 'bg-line-strong scale-75 rotate-45' },
  processing: { word: 'In progress', className: 'bar-busy bg-accent/60 rounded-[3px]' },
  partly_done: {
    word: 'Partly synced',
    className:
      'rounded-[3px] border-[1.5px] border-accent bg-linear-to-r from-accent from-50% to-transparent to-50%',
  },
  draft: { word: 'Waiting', className: 'border-[1.5px] border-line-strong rounded-[3px]' },
  unread: {
    word: 'Not read yet',
    className: 'border-[1.5px] border-dashed border-line-strong rounded-[3px]',
  },
};

/** With the gap around it a square is a 24 px target, the minimum of WCAG 2.2 (2.5.8). */
const squares = 'flex flex-wrap gap-1.5';

/**
 * The run as squares, one per part of the list. Squares with a position can be selected. Rendered again only
 * if the grid changes.
 */
export const BatchGrid = memo(function BatchGrid(props: {
  grid: GridCells;
  onPart: (part: Part) => void;
}) {
  const { grid, onPart } = props;
  const { cells, perCell } = grid;
  const states = [...new Set(cells.map(({ state }) => state))];
  const [at, setAt] = useState<number | null>(null);
  const part = at === null ? undefined : cells[at]?.part;
  return (
    <Card
      title="Batches"
      className="paint-when-seen"
      aside={<span className="text-muted">1 square = {count(perCell, 'customer')}</span>}
    >
      <div className="p-4 sm:p-5">
        {cells.length === 0 ? (
          <p className="text-muted">
            Squares appear once the store has reported how many customers it has.
          </p>
        ) : (
          <>
            {grid.hasPlaces ? (
              <Places grid={grid} onAt={setAt} onPart={onPart} />
            ) : (
              <div role="img" aria-label={describeGrid(grid)} className={squares}>
                {cells.map(({ state }, index) => (
                  // oxlint-disable-next-line react/no-array-index-key -- a square is identified by its position
                  <span key={index} className={`size-4.5 ${looks[state].className}`} />
                ))}
              </div>
            )}
            <p className="mt-3 min-h-6 text-sm text-muted">
              {part ? describePart(part) : (hintOf(grid) ?? '\u00a0')}
            </p>
            <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
              {states.map((state) => (
                <li key={state} className="flex items-center gap-1.5">
                  <span className={`size-3 ${looks[state].className}`} />
                  {looks[state].word}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Card>
  );
});

/** One tab stop for all squares; the arrow keys move between them. */
function Places(props: {
  grid: GridCells;
  onAt: (index: number | null) => void;
  onPart: (part: Part) => void;
}) {
  const { cells } = props.grid;
  const [stop, setStop] = useState(0);
  const places = cells.filter(({ part }) => part).length;
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = nextIndex(event.key, stop, places);
    if (next === null) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
  };
  return (
    <div
      role="group"
      aria-label={describeGrid(props.grid)}
      className={squares}
      onKeyDown={move}
      onPointerLeave={() => props.onAt(null)}
      onBlur={() => props.onAt(null)}
    >
      {cells.map(({ state, part }, index) => {
        const look = `size-4.5 ${looks[state].className}`;
        // oxlint-disable-next-line react/no-array-index-key -- a square is identified by its position
        if (!part) return <span key={index} className={look} />;
        return (
          <button
            key={part.from}
            type="button"
            data-index={index}
            data-state={state}
            aria-label={describePart(part)}
            tabIndex={index === Math.min(stop, places - 1) ? 0 : -1}
            onPointerEnter={() => props.onAt(index)}
            onFocus={() => {
              setStop(index);
              props.onAt(index);
            }}
            onClick={() => props.onPart(part)}
            className={`${look} outline-offset-1 hover:outline-2 hover:outline-ink`}
          />
        );
      })}
    </div>
  );
}

function nextIndex(key: string, index: number, places: number): number | null {
  if (key === 'ArrowRight' || key === 'ArrowDown') return Math.min(places - 1, index + 1);
  if (key === 'ArrowLeft' || key === 'ArrowUp') return Math.max(0, index - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? places - 1 : null;
}

function hintOf({ hasPlaces }: GridCells): string | null {
  return hasPlaces
    ? 'In list order. Select a square to list its customers.'
    : 'Each square is a share of the run. Squares of smaller runs can be selected.';
}
