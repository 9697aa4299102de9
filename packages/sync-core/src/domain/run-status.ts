import type { Actor } from './actor.ts';
import type { FailureHelp } from './failure-help.ts';
import type { LineOutcome, LineState } from './state-machine.ts';
import type { RunKind } from './run-kind.ts';
import type { DiscoveryState, LineCounts, RunState } from './state-machine.ts';

/** What a run is doing at the moment. */
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

/** An operator's decision to end a run with customers that are not synced. */
export interface ForcedDone {
  by: Actor;
  reason: string;
  at: Date;
  /** Customers that were cancelled. */
  cancelled: number;
}

/** The status of a run for operators and other apps; read from one row. */
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
    /** Customers according to the store; null before the first response, or where it sends no total. */
    storeTotal: number | null;
    requestsUsed: number;
    requestsBudget: number;
    error: { code: string; message: string } | null;
  };
  /**
   * Seconds of work from the first claim to the end or to now, without time spent waiting for a decision or a
   * paused store; null before it began.
   */
  activeSeconds: number | null;
  /** Whether it waits for an operator: for a decision, or for its store to be resumed. */
  waitingForPerson: boolean;
  /** Why its store is paused; null if it is not, or if the run has ended. */
  pause: { code: string; reason: string; isByPerson: boolean } | null;
  /** Who forced it done and why; null if it was not forced. */
  forced: ForcedDone | null;
  /** Completed lines as a percentage of the expected ones, 0 to 100; 100 only after the run ended. */
  percent: number;
  /** Lines completed per active second; null before the first. */
  ratePerSecond: number | null;
  /** Null if unknown. */
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
  /** Sequence number of the newest activity entry. */
  activitySeq: number;
  /** Increases with every change of the run. */
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
  /** From the stored customer, else from the store's row; null if neither has one. */
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

/** One activity entry. `data` contains ids and numbers, never personal data. */
export interface ActivityView {
  id: number;
  runId: string | null;
  storeId: string;
  /** 1, 2, 3 … without gaps within a run; null for entries about the store. */
  seq: number | null;
  at: Date;
  level: 'info' | 'warning' | 'error';
  event: string;
  message: string;
  actor: Actor;
  data: Record<string, unknown>;
}
