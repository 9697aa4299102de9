import { batchCells, type CellState } from './batch-cells.ts';
import { count, formatNumber } from '../../words/format.ts';
import type { BatchMap, Line, Run } from '../../api/trpc.ts';

export type Part = NonNullable<BatchMap['cells']>[number];

/** A square; `begun`: some of its customers are completed and some wait. */
export interface GridCell {
  state: CellState | 'begun';
  /** Which customers it stands for; undefined where squares only tell how many there are. */
  part?: Part;
}

export interface GridCells {
  cells: GridCell[];
  perCell: number;
  /** A square has a place in the list, rather than a share of the run. */
  hasPlaces: boolean;
}

/**
 * A run as squares that each stand for a part of the list, in order. They follow from nothing that changes
 * with every batch, so that the page draws them only when they are counted again.
 *
 * @param expected customers of the whole run, those that the list has not brought yet included
 */
export function placedCells(parts: readonly Part[], perCell: number, expected: number): GridCells {
  const known = parts.map((part): GridCell => ({ state: stateOf(part), part }));
  const unread = Math.max(0, expected - (parts.at(-1)?.to ?? 0));
  const more = Array.from({ length: Math.floor(unread / perCell) }, () => unreadCell);
  return { cells: [...known, ...more], perCell, hasPlaces: true };
}

/** A run as shares of it: its parts are not counted yet, or are too many to count while it moves. */
export function countedCells(run: Run): GridCells {
  const { cells, perCell } = batchCells(run);
  return { cells: cells.map((state) => ({ state })), perCell, hasPlaces: false };
}

const unreadCell: GridCell = { state: 'unread' };
const words = {
  failed: 'failed',
  processing: 'in hand',
  draft: 'waiting',
  done: 'synced',
  cancelled: 'cancelled',
} as const;
const states = Object.keys(words) as Line['state'][];

function stateOf(part: Part): GridCell['state'] {
  if (part.failed > 0) return 'failed';
  if (part.processing > 0) return 'processing';
  if (part.draft === part.to - part.from + 1) return 'draft';
  if (part.draft > 0) return 'begun';
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

/** What the squares show, for those who do not see them. */
export function describeGrid({ cells, perCell }: GridCells): string {
  const failed = cells.filter(({ state }) => state === 'failed').length;
  const completed = cells.filter(({ state }) => state === 'done' || state === 'cancelled').length;
  return `${count(cells.length, 'square')} of ${formatNumber(perCell)} customers: ${formatNumber(completed)} completed, ${formatNumber(failed)} with failures`;
}

/** The state to list first where a square is looked into: what needs a person. */
export function mostSevereState(part: Part): Line['state'] {
  return states.find((state) => part[state] > 0) ?? 'done';
}
