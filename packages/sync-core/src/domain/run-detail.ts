import { z } from 'zod';
import { activityViewSchema } from './activity.ts';
import { failureHelpSchema } from './failure-help.ts';
import { CHANGE_SOURCES } from './run-kind.ts';
import { type LineCounts, LINE_OUTCOMES, LINE_STATES, type LineState } from './state-machine.ts';

const failureKeySchema = z.object({ code: z.string(), message: z.string() });

/** Identifies failed lines with the same code and message. */
export type FailureKey = z.infer<typeof failureKeySchema>;

/** One customer within a run. */
export const lineViewSchema = z.object({
  position: z.number(),
  wooCustomerId: z.number().nullable(),
  /** From the stored customer, else from the store's row; null if neither has one. */
  name: z.string().nullable(),
  email: z.string().nullable(),
  state: z.enum(LINE_STATES),
  outcome: z.enum(LINE_OUTCOMES).nullable(),
  attempts: z.number(),
  round: z.number(),
  nextAttemptAt: z.date(),
  error: failureKeySchema.extend(failureHelpSchema.shape).nullable(),
  processedAt: z.date().nullable(),
});

export type LineView = z.infer<typeof lineViewSchema>;

/** Everything known about one customer within a run. */
export const lineDetailSchema = z.object({
  line: lineViewSchema,
  /** The store's row; null after the customer was stored, or where it must be requested again. */
  payload: z.unknown(),
  fetchedAt: z.date().nullable(),
  /** What this run changed in the customer, newest first. Empty for a new customer. */
  changes: z.array(
    z.object({
      at: z.date(),
      kind: z.string(),
      source: z.enum(CHANGE_SOURCES),
      changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
    }),
  ),
  /** Activity entries about its attempts, newest first, limited. */
  attempts: z.array(activityViewSchema),
});

export type LineDetail = z.infer<typeof lineDetailSchema>;

/** Failed lines of a run by reason, most frequent first. */
export const failuresSchema = z.object({
  groups: z.array(
    failureKeySchema.extend({
      count: z.number(),
      /** The lowest and highest customer ids; rows without an id are ignored. */
      exampleIds: z.array(z.number()),
      /** The first and last positions in the list. */
      examples: z.array(
        lineViewSchema.pick({ position: true, wooCustomerId: true, name: true, email: true }),
      ),
      ...failureHelpSchema.shape,
    }),
  ),
  /** Totals of the groups that are not listed. */
  rest: z.object({ groups: z.number(), lines: z.number() }),
});

export type Failures = z.infer<typeof failuresSchema>;
export type FailureGroup = Failures['groups'][number];

/** Throughput of a run: lines read and completed in each interval, without gaps. */
export const throughputSchema = z.object({
  /** Start of the first interval; null before anything was read or completed. */
  from: z.date().nullable(),
  bucketSeconds: z.number(),
  buckets: z.array(
    z.object({ read: z.number(), done: z.number(), retrying: z.number(), failed: z.number() }),
  ),
});

export type Throughput = z.infer<typeof throughputSchema>;

/** The states of a run's lines by position. */
export const batchMapSchema = z.object({
  /** Lines per cell: one batch, or several if there are too many. */
  perCell: z.number(),
  /** In discovery order, without gaps; null while the run has too many lines to count quickly. */
  cells: z
    .array(
      z.object({
        from: z.number(),
        to: z.number(),
        draft: z.number(),
        processing: z.number(),
        done: z.number(),
        failed: z.number(),
        cancelled: z.number(),
      }),
    )
    .nullable(),
});

export type BatchMap = z.infer<typeof batchMapSchema>;

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
