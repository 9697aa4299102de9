/**
 * The state machine of runs, their discovery and their lines; its only definition. SQL takes the states that a
 * statement may start from, and the state it leads to, from these tables (`sql/states.ts`). A test compares
 * the database's guards (`mantis.line_may_go`, `mantis.queue_may_go`, `mantis.queue_state`) with them, so that
 * neither can change alone.
 *
 * Each table lists every state × every event; `null` means that the event is rejected in that state.
 */

/** The states of a line: one customer within a run. */
export const LINE_TRANSITIONS = {
  draft: {
    claimed: 'processing',
    applied: null,
    rescheduled: null,
    failed: null,
    released: null,
    retried: null,
    cancelled: 'cancelled',
  },
  processing: {
    claimed: null,
    applied: 'done',
    /** An attempt failed; the next one is scheduled. */
    rescheduled: 'draft',
    failed: 'failed',
    /** No result: the worker crashed or stopped, or the store is unavailable. */
    released: 'draft',
    retried: null,
    cancelled: 'cancelled',
  },
  done: {
    claimed: null,
    applied: null,
    rescheduled: null,
    failed: null,
    released: null,
    retried: null,
    cancelled: null,
  },
  failed: {
    claimed: null,
    applied: null,
    rescheduled: null,
    failed: null,
    released: null,
    retried: 'draft',
    cancelled: 'cancelled',
  },
  cancelled: {
    claimed: null,
    applied: null,
    rescheduled: null,
    failed: null,
    released: null,
    retried: null,
    cancelled: null,
  },
} as const;

export type LineState = keyof typeof LINE_TRANSITIONS;
export type LineEvent = keyof (typeof LINE_TRANSITIONS)['draft'];
export type LineOutcome = 'created' | 'updated' | 'unchanged' | 'deleted';

export const LINE_STATES = Object.keys(LINE_TRANSITIONS) as LineState[];
export const LINE_EVENTS = Object.keys(LINE_TRANSITIONS.draft) as LineEvent[];
export const LINE_OUTCOMES = ['created', 'updated', 'unchanged', 'deleted'] as const;

/** The states of a run's discovery. */
export const DISCOVERY_TRANSITIONS = {
  pending: {
    taken: 'walking',
    completed: null,
    failed: null,
    retried: null,
    cancelled: 'cancelled',
  },
  walking: {
    /** Another time slice, by the same worker or another. */
    taken: 'walking',
    completed: 'complete',
    failed: 'failed',
    retried: null,
    cancelled: 'cancelled',
  },
  complete: { taken: null, completed: null, failed: null, retried: null, cancelled: null },
  /** A retry resumes at the cursor. */
  failed: {
    taken: null,
    completed: null,
    failed: null,
    retried: 'walking',
    cancelled: 'cancelled',
  },
  cancelled: { taken: null, completed: null, failed: null, retried: null, cancelled: null },
} as const;

export type DiscoveryState = keyof typeof DISCOVERY_TRANSITIONS;
export type DiscoveryEvent = keyof (typeof DISCOVERY_TRANSITIONS)['pending'];

export const DISCOVERY_STATES = Object.keys(DISCOVERY_TRANSITIONS) as DiscoveryState[];
export const DISCOVERY_EVENTS = Object.keys(DISCOVERY_TRANSITIONS.pending) as DiscoveryEvent[];

/** States in which the list is not read completely. */
export const OPEN_DISCOVERY_STATES = [
  'pending',
  'walking',
] as const satisfies readonly DiscoveryState[];

export function isDiscoveryOpen(state: DiscoveryState): boolean {
  return (OPEN_DISCOVERY_STATES as readonly DiscoveryState[]).includes(state);
}

/**
 * The states of a run. They are never set directly: they follow from its discovery and the counts of its lines
 * (`deriveRunState`). Only a retry reopens a partial or failed run.
 */
export const RUN_TRANSITIONS = {
  draft: ['processing', 'done', 'failed'],
  processing: ['done', 'partial', 'failed'],
  done: [],
  partial: ['processing', 'done'],
  failed: ['processing', 'done'],
} as const satisfies Record<string, readonly string[]>;

export type RunState = keyof typeof RUN_TRANSITIONS;
export const RUN_STATES = [
  'draft',
  'processing',
  'done',
  'partial',
  'failed',
] as const satisfies readonly RunState[];

/** States that a run leaves only by a retry. */
export const TERMINAL_RUN_STATES = [
  'done',
  'partial',
  'failed',
] as const satisfies readonly RunState[];

/** States in which a run is the active one of its store; there is at most one. */
export const ACTIVE_RUN_STATES = ['draft', 'processing'] as const satisfies readonly RunState[];

export function isTerminal(state: RunState): boolean {
  return (TERMINAL_RUN_STATES as readonly RunState[]).includes(state);
}

/** Lines of a run by state. */
export type LineCounts = Record<LineState, number>;

/**
 * The state of a run. `done` requires that discovery has ended, so a run without lines is not done by
 * arithmetic. Cancelled lines count as completed, not as done.
 *
 * @specification of `mantis.queue_state`, which a test compares with it
 */
export function deriveRunState(discovery: DiscoveryState, lines: LineCounts): RunState {
  const open = lines.draft + lines.processing;
  const completed = lines.done + lines.failed + lines.cancelled;
  if (discovery === 'pending' && open + completed === 0) return 'draft';
  if (isDiscoveryOpen(discovery)) return 'processing';
  if (open > 0) return 'processing';
  if (discovery === 'failed') return 'failed';
  if (lines.failed === 0) return 'done';
  return lines.done === 0 ? 'failed' : 'partial';
}
