import type { FieldChange } from './diff-customer.ts';
import type { FailureHelp } from './failure-help.ts';
import { LINE_STATES, type LineState } from './state-machine.ts';
import type { ChangeSource } from './run-kind.ts';
import type { LineCounts } from './state-machine.ts';
import type { ActivityView, LineView } from './run-status.ts';

/** What failed lines have in common: the same code and the same words. */
export interface FailureKey {
  code: string;
  message: string;
}

export interface FailureGroup extends FailureKey, FailureHelp {
  count: number;
  /** The first and the last of them in the list. */
  examples: Pick<LineView, 'position' | 'wooCustomerId' | 'name' | 'email'>[];
  /** The lowest and the highest id among them; rows without an id are left out. */
  exampleIds: number[];
}

/** Failed lines of a run by their reason, the most frequent first. */
export interface Failures {
  groups: FailureGroup[];
  /** What is beyond the groups that are listed. */
  rest: { groups: number; lines: number };
}

/** All that is known of one customer within a run. */
export interface LineDetail {
  line: LineView;
  /** What the store sent; null once it is stored, or where it must be asked again. */
  payload: unknown;
  fetchedAt: Date | null;
  /** What this run changed in the customer, newest first. A customer that is new has none. */
  changes: { at: Date; kind: string; source: ChangeSource; changes: FieldChange[] }[];
  /** What the log says of its tries, newest first, so many at most. */
  attempts: ActivityView[];
}

/** How fast a run went: what was read and completed in each interval, without gaps. */
export interface Throughput {
  /** Beginning of the first stretch; null where nothing has been read or completed yet. */
  from: Date | null;
  bucketSeconds: number;
  buckets: { read: number; done: number; retrying: number; failed: number }[];
}

/** Where in the list the lines of each state are. */
export interface BatchMap {
  /** Lines that a cell stands for: a batch, or several where there are too many. */
  perCell: number;
  /** In the order of discovery, without a gap; null while it would take too long to count so many. */
  cells: ({ from: number; to: number } & Record<LineState, number>)[] | null;
}

const MOST_CELLS = 240;
/** Lines that are counted one by one for a map. */
const MOST_COUNTED = 50_000;
const INDEXED: ReadonlySet<LineState> = new Set(['draft', 'processing', 'failed']);
const MOST_BUCKETS = 120;
const BUCKETS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];

/** The shortest even stretch of which no more than 120 are needed, in seconds. */
export function bucketSeconds(spanSeconds: number): number {
  const needed = (spanSeconds + 1) / (MOST_BUCKETS - 1);
  const largest = 86_400 * Math.ceil(needed / 86_400);
  return BUCKETS.find((seconds) => seconds >= needed) ?? largest;
}

/** Lines in a cell: as many whole batches as it takes to need no more than 240 cells. */
export function linesPerCell(total: number, batchSize: number): number {
  return batchSize * Math.max(1, Math.ceil(Math.ceil(total / batchSize) / MOST_CELLS));
}

/**
 * Which states are counted for a map: all of a small run; of a large one those with an index, where they
 * are few, and `rest` is what the others are in. Null where that is not enough to go by.
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
