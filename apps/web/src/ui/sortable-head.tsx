import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

export type Direction = 'asc' | 'desc';

/** A sortable column heading; a second click reverses the order. */
export function SortableHead(props: {
  isSorted: boolean;
  direction: Direction;
  /** The direction of the first click. */
  usualDirection: Direction;
  canReverse?: boolean;
  /** Numbers are right-aligned. */
  isAtEnd?: boolean;
  className: string;
  onSort: (direction: Direction) => void;
  children: ReactNode;
}) {
  const { isSorted, canReverse = true } = props;
  const opposite = props.direction === 'asc' ? 'desc' : 'asc';
  const next = isSorted && canReverse ? opposite : props.usualDirection;
  const direction = isSorted ? props.direction : props.usualDirection;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (direction === 'asc' ? 'ascending' : 'descending') : undefined}
      className={`py-1 font-medium ${props.className}`}
    >
      <button
        type="button"
        data-print
        onClick={() => props.onSort(next)}
        className={`inline-flex h-7 items-center gap-1 hover:text-ink ${props.isAtEnd ? 'flex-row-reverse' : ''} ${isSorted ? 'text-ink' : ''}`}
      >
        {props.children}
        <Icon
          name="chevron"
          className={`size-3.5 ${isSorted ? '' : 'invisible'} ${direction === 'asc' ? 'rotate-180' : ''}`}
        />
      </button>
    </th>
  );
}
