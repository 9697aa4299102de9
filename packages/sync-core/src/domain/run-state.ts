/**
 * The state of a queue (one run) is never set: it follows from its discovery and the counts of its
 * lines. The database derives it by the same rule (`mantis.queue_state`); a test compares the two.
 */
export const RUN_STATES = ['draft', 'processing', 'done', 'partial', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const DISCOVERY_STATES = ['pending', 'walking', 'complete', 'failed', 'cancelled'] as const;
export type DiscoveryState = (typeof DISCOVERY_STATES)[number];

/** Lines of a run by state. */
export interface LineCounts {
  draft: number;
  processing: number;
  done: number;
  failed: number;
  cancelled: number;
}

/** Which state a run may leave for which; a retry is what takes it back from partial or failed. */
export const RUN_TRANSITIONS = {
  draft: ['processing', 'done', 'failed'],
  processing: ['done', 'partial', 'failed'],
  partial: ['processing', 'done'],
  failed: ['processing', 'done'],
  done: [],
} as const satisfies Record<RunState, readonly RunState[]>;

/** States that a run does not leave by itself. */
export const TERMINAL_RUN_STATES = [
  'done',
  'partial',
  'failed',
] as const satisfies readonly RunState[];

export function isTerminal(state: RunState): boolean {
  return (TERMINAL_RUN_STATES as readonly RunState[]).includes(state);
}

/**
 * The state of a run. An empty run is not done by arithmetic: `done` needs a discovery that is over.
 * Cancelled lines count as settled, not as done.
 */
export function deriveRunState(discovery: DiscoveryState, lines: LineCounts): RunState {
  const open = lines.draft + lines.processing;
  const settled = lines.done + lines.failed + lines.cancelled;
  if (discovery === 'pending' && open + settled === 0) return 'draft';
  if (discovery === 'pending' || discovery === 'walking') return 'processing';
  if (open > 0) return 'processing';
  if (discovery === 'failed') return 'failed';
  if (lines.failed === 0) return 'done';
  return lines.done === 0 ? 'failed' : 'partial';
}
