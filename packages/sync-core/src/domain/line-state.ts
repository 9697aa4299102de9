/**
 * The life of a line (one customer within a run), as one table: every state × every event.
 * A missing move is `null`: the event is refused in that state. The database holds the same table
 * (`mantis.line_may_go`); a test compares the two.
 */
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
    /** An attempt failed and another is due later. */
    rescheduled: 'draft',
    failed: 'failed',
    /** Handed back without a verdict: its worker died or stops, or the store cannot answer now. */
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

/** The state that `event` leads to, or null where it is refused. */
export function nextLineState(state: LineState, event: LineEvent): LineState | null {
  return LINE_TRANSITIONS[state][event];
}

/** States in which a line counts as open: the run cannot end while there is one. */
export const OPEN_LINE_STATES = ['draft', 'processing'] as const satisfies readonly LineState[];
