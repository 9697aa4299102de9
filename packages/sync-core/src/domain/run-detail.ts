import type { FieldChange } from './diff-customer.ts';
import type { FailureHelp } from './failure-help.ts';
import { LINE_STATES, type LineState } from './state-machine.ts';
import type { ChangeSource } from './run-kind.ts';
import type { LineCounts } from './state-machine.ts';
import type { ActivityView, LineView } from './run-status.ts';

/** Failed lines with the same code and message. */
export interface FailureKey {
  code: string;
  message: string;
}

export interface FailureGroup extends FailureKey, FailureHelp {
  count: number;
  /** The first and last positions in the list. */
  examples: Pick<LineView, 'position' | 'wooCustomerId' | 'name' | 'email'>[];
  /** The lowest and highest customer ids; rows without an id are ignored. */
  exampleIds: number[];
}

/** Failed lines of a run by reason, most frequent first. */
export interface Failures {
  groups: FailureGroup[];
  /** Totals of the groups that are not listed. */
  rest: { groups: number; lines: number };
}

/** Everything known about one customer within a run. */
export interface LineDetail {
  line: LineView;
  /** The store's row; null after the customer was stored, or where it must be requested again. */
  payload: unknown;
  fetchedAt: Date | null;
  /** What this run changed in the customer, newest first. Empty for a new customer. */
  changes: { at: Date; kind: string; source: ChangeSource; changes: FieldChange[] }[];
  /** Activity entries about its attempts, newest first, limited. */
  attempts: ActivityView[];
}

/** Throughput of a run: lines read and completed in each interval, without gaps. */
export interface Throughput {
  /** Start of the first interval; null before anything was read or completed. */
  from: Date | null;
  bucketSeconds: number;
  buckets: { read: number; done: number; retrying: number; failed: number }[];
}

/** The states of a run's lines by position. */
export interface BatchMap {
  /** Lines per cell: one batch, or several if there are too many. */
  perCell: number;
  /** In discovery order, without gaps; null while the run has too many lines to count quickly. */
  cells: ({ from: number; to: number } & Record<LineState, number>)[] | null;
}

const MOST_CELLS = 240;
/** Up to this many lines, each is counted. */
const MOST_COUNTED = 50_000;
const INDEXED: ReadonlySet<LineState> = new Set(['draft', 'processing', 'failed']);
const MOST_BUCKETS = 120;
const BUCKETS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];

/** The shortest round interval, in seconds, that needs at most 120 intervals. */
export function bucketSeconds(spanSeconds: number): number {
  const needed = (spanSeconds + 1) / (MOST_BUCKETS - 1);
  const largest = 86_400 * Math.ceil(needed / 86_400);
  return BUCKETS.find((seconds) => seconds >= needed) ?? largest;
}

/** Lines per cell: the smallest number of whole batches that needs at most 240 cells. */
export function linesPerCell(total: number, batchSize: number): number {
  return batchSize * Math.max(1, Math.ceil(Math.ceil(total / batchSize) / MOST_CELLS));
}

/**
 * The states to count for a map. Small runs: all. Large runs: only rare states with an index; all other lines
 * are in the state `rest`. Null if that is too inaccurate.
 */
export function countedStates(
  counts: LineCounts & { total: number },
): { counted: LineState[]; rest: LineState | null } | null {
  const present = LINE_STATES.filter((state) => counts[state] > 0);
  if (counts.total <= MOST_COUNTED) return { counted: present, rest: null };
  const rest = present.reduce((a, b) => (counts[b] > counts[a] ? b : a));
  const counted = present.filter((state) => state !== rest);
  const lines = counted.reduce((sum, state) => sum + counts[state], 0);
  return lines <= MOST_COUNTED && counted.every((state) => INDEXED.has(state))
    ? { counted, rest }
    : null;
}
