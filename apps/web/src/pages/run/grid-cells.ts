import { batchCells, type CellState } from './batch-cells.ts';
import { count, formatNumber } from '../../words/format.ts';
import type { BatchMap, Line, Run } from '../../api/trpc.ts';

export type Part = NonNullable<BatchMap['cells']>[number];

/** A square; `partly_done`: some of its customers are completed, others wait. */
export interface GridCell {
  state: CellState | 'partly_done';
  /** Its customers; undefined if squares only show shares. */
  part?: Part;
}

export interface GridCells {
  cells: GridCell[];
  perCell: number;
  /** A square has a position in the list, or else shows a share of the run. */
  hasPlaces: boolean;
}

/**
 * A run as squares that each represent a part of the list, in order. The result changes only when lines are
 * counted again, not with every batch.
 *
 * @param expected customers of the whole run, including those not read yet
 */
export function placedCells(parts: readonly Part[], perCell: number, expected: number): GridCells {
  const known = parts.map((part): GridCell => ({ state: stateOf(part), part }));
  const unread = Math.max(0, expected - (parts.at(-1)?.to ?? 0));
  const more = Array.from({ length: Math.floor(unread / perCell) }, () => unreadCell);
  return { cells: [...known, ...more], perCell, hasPlaces: true };
}

/** A run as shares: its parts are not counted yet, or too many while it is active. */
export function countedCells(run: Run): GridCells {
  const { cells, perCell } = batchCells(run);
  return { cells: cells.map((state) => ({ state })), perCell, hasPlaces: false };
}

const unreadCell: GridCell = { state: 'unread' };
const words = {
  failed: 'failed',
  processing: 'in progress',
  draft: 'waiting',
  done: 'synced',
  cancelled: 'cancelled',
} as const;
const states = Object.keys(words) as Line['state'][];

function stateOf(part: Part): GridCell['state'] {
  if (part.failed > 0) return 'failed';
  if (part.processing > 0) return 'processing';
  if (part.draft === part.to - part.from + 1) return 'draft';
  if (part.draft > 0) return 'partly_done';
  return part.done > 0 ? 'done' : 'cancelled';
}

/** `Customers 51 to 100: 2 failed, 48 synced`. */
export function describePart(part: Part): string {
  const range =
    part.from === part.to
      ? `Customer ${formatNumber(part.from)} of the list`
      : `Customers ${formatNumber(part.from)} to ${formatNumber(part.to)} of the list`;
  const numbers = states
    .filter((state) => part[state] > 0)
    .map((state) => `${formatNumber(part[state])} ${words[state]}`);
  return `${range}: ${numbers.join(', ')}`;
}

/** Describes the squares for screen readers. */
export function describeGrid({ cells, perCell }: GridCells): string {
  const failed = cells.filter(({ state }) => state === 'failed').length;
  const completed = cells.filter(({ state }) => state === 'done' || state === 'cancelled').length;
  return `${count(cells.length, 'square')} of ${formatNumber(perCell)} customers: ${formatNumber(completed)} completed, ${formatNumber(failed)} with failures`;
}

/** The state to list first when a square is selected: the one that needs attention. */
export function mostSevereState(part: Part): Line['state'] {
  return states.find((state) => part[state] > 0) ?? 'done';
}
