import { batchCells, type CellState } from '../batch-cells.ts';
import { formatNumber } from '../format.ts';
import type { Run } from '../trpc.ts';
import { Card } from './card.tsx';

const looks: Record<CellState, { word: string; className: string }> = {
  done: { word: 'Synced', className: 'bg-accent' },
  failed: { word: 'With failures', className: 'bg-bad rounded-full' },
  cancelled: { word: 'Cancelled', className: 'bg-line-strong' },
  processing: { word: 'In hand', className: 'bar-busy bg-accent/60' },
  draft: { word: 'Waiting', className: 'border-[1.5px] border-line-strong' },
  unread: { word: 'Not read yet', className: 'border-[1.5px] border-dashed border-line-strong' },
};

/** The run as squares, a batch each; they fill up from the first. */
export function BatchGrid({ run }: { run: Run }) {
  const { cells, perCell } = batchCells(run);
  const states = [...new Set(cells)];
  const size = cells.length > 100 ? 'size-3.5' : 'size-4.5';
  const settled = cells.filter((state) => state !== 'draft' && state !== 'unread').length;
  return (
    <Card
      title="Batches"
      aside={<span className="text-muted">a square is {formatNumber(perCell)} customers</span>}
    >
      <div className="p-4 sm:p-5">
        {cells.length === 0 ? (
          <p className="text-muted">
            The squares appear once the store has said how many customers it has.
          </p>
        ) : (
          <>
            <div
              role="img"
              aria-label={`${settled} of ${cells.length} squares begun or settled`}
              className="flex flex-wrap gap-1"
            >
              {cells.map((state, index) => (
                // A square has no identity but its place.
                // eslint-disable-next-line react/no-array-index-key
                <span key={index} className={`${size} rounded-[3px] ${looks[state].className}`} />
              ))}
            </div>
            <ul className="mt-4 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
              {states.map((state) => (
                <li key={state} className="flex items-center gap-1.5">
                  <span className={`size-3 rounded-[3px] ${looks[state].className}`} />
                  {looks[state].word}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Card>
  );
}
