import type { Actor } from './actor.ts';
import type { FailureHelp } from './failure-help.ts';
import type { LineOutcome, LineState } from './state-machine.ts';
import type { RunKind } from './run-kind.ts';
import type { DiscoveryState, LineCounts, RunState } from './state-machine.ts';

/** A state word that tells the truth about what a run is doing just now. */
export type RunPhase =
  | 'queued'
  | 'discovering'
  | 'processing'
  | 'retrying'
  | 'waiting_for_store'
  | 'paused'
  | 'reconciling'
  | 'done'
  | 'partial'
  | 'failed';

/** A person's decision to end a run with customers that are not synced. */
export interface ForcedDone {
  by: Actor;
  reason: string;
  at: Date;
  /** Customers that were cancelled. */
  cancelled: number;
}

/** All that an operator or another app needs to know of a run; read whole, in one row. */
export interface RunStatus {
  runId: string;
  storeId: string;
  storeName: string;
  kind: RunKind;
  state: RunState;
  phase: RunPhase;
  /** The phase in words, such as `retrying, next try in 2 s`. */
  phaseText: string;
  idempotencyKey: string | null;
  startedBy: Actor;
  counts: LineCounts & { total: number };
  outcomes: Record<LineOutcome, number>;
  discovery: {
    state: DiscoveryState;
    pages: number;
    /** Customers that the store says it has; null until it was asked, or where it does not say. */
    storeTotal: number | null;
    requestsUsed: number;
    requestsBudget: number;
    error: { code: string; message: string } | null;
  };
  /**
   * Seconds that it worked, from its first claim to its end or to now, without waits for a person or a
   * paused store; null before it began.
   */
  activeSeconds: number | null;
  /** Whether it waits for a person now: for a decision, or for its store to be resumed. */
  waitingForPerson: boolean;
  /** Why its store is paused while the run is not over; null where it is not. */
  pause: { code: string; reason: string; isByPerson: boolean } | null;
  /** Who forced it done, and why; null where nobody did. */
  forced: ForcedDone | null;
  /** Completed lines of the expected ones, 0 to 100, never 100 before the run ends. */
  percent: number;
  /** Lines completed in an active second; null before the first. */
  ratePerSecond: number | null;
  /** Null where it cannot be told. */
  secondsLeft: number | null;
  batches: number;
  batchSize: number;
  round: number;
  /** Rounds that ended with failures. */
  processCount: number;
  maxRounds: number;
  maxRetries: number;
  isActionRequired: boolean;
  action: { code: string; reason: string } | null;
  wait: { code: string; reason: string; until: Date } | null;
  /** Number of the newest activity entry. */
  activitySeq: number;
  /** Rises with every change of the run. */
  revision: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  updatedAt: Date;
}

/** One customer within a run. */
export interface LineView {
  position: number;
  wooCustomerId: number | null;
  /** From the customer that is kept, else from what the store sent; null where neither has one. */
  name: string | null;
  email: string | null;
  state: LineState;
  outcome: LineOutcome | null;
  attempts: number;
  round: number;
  nextAttemptAt: Date;
  error: ({ code: string; message: string } & FailureHelp) | null;
  processedAt: Date | null;
}

/** One entry of the audit trail. `data` holds ids and numbers, never personal data. */
export interface ActivityView {
  id: number;
  runId: string | null;
  storeId: string;
  /** 1, 2, 3 … without gaps within a run; null for what concerns the store alone. */
  seq: number | null;
  at: Date;
  level: 'info' | 'warning' | 'error';
  event: string;
  message: string;
  actor: Actor;
  data: Record<string, unknown>;
}
