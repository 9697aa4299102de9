import type { Line, Run } from '../../api/trpc.ts';
import { expectedOf } from '../../api/run-facts.ts';

/** State of a square; `unread`: reported by the store but not read yet. */
export type CellState = Line['state'] | 'unread';

export interface BatchCells {
  cells: CellState[];
  /** Customers per square: a batch, or several if there are too many. */
  perCell: number;
}

const mostCells = 240;
const order = ['done', 'failed', 'cancelled', 'processing', 'draft', 'unread'] as const;

/**
 * A run as squares of one batch each, in order of completion: completed, in progress, waiting, not read yet. A
 * rare state still gets a square, so that a single failure is visible.
 */
export function batchCells(run: Run): BatchCells {
  const { counts, batchSize } = run;
  const total = Math.max(expectedOf(run) ?? 0, counts.total);
  const perCell = batchSize * Math.max(1, Math.ceil(Math.ceil(total / batchSize) / mostCells));
  const numbers = { ...counts, unread: total - counts.total };
  const cellCount = Math.ceil(total / perCell);
  const shares = order.map((state) => ({ state, size: share(numbers[state], perCell) }));
  // Squares added by rounding up are taken from the largest state.
  for (let surplus = sum(shares) - cellCount; surplus > 0; surplus--) {
    const largest = shares.reduce((a, b) => (b.size > a.size ? b : a));
    largest.size--;
  }
  for (let missing = cellCount - sum(shares); missing > 0; missing--) {
    const largest = shares.reduce((a, b) => (numbers[b.state] > numbers[a.state] ? b : a));
    largest.size++;
  }
  return {
    cells: shares.flatMap(({ state, size }) => Array<CellState>(size).fill(state)),
    perCell,
  };
}

function share(customers: number, perCell: number): number {
  return customers === 0 ? 0 : Math.max(1, Math.round(customers / perCell));
}

function sum(shares: readonly { size: number }[]): number {
  return shares.reduce((total, { size }) => total + size, 0);
}
