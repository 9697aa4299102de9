import { z } from 'zod';
import { actorSchema } from './actor.ts';
import { countOf } from './count-words.ts';
import { type DiscoveryStep, RUN_KINDS } from './run-kind.ts';
import { activeMs } from './run-time.ts';
import { DISCOVERY_STATES, isTerminal, RUN_STATES } from './state-machine.ts';

/** What a run is doing at the moment. */
const RUN_PHASES = [
  'queued',
  'discovering',
  'processing',
  'retrying',
  'waiting_for_store',
  'paused',
  'reconciling',
  'done',
  'partial',
  'failed',
] as const;

export type RunPhase = (typeof RUN_PHASES)[number];

const reasonSchema = z.object({ code: z.string(), reason: z.string() });

/** The status of a run for operators and other apps; read from one row. Everything else stays internal. */
export const runStatusSchema = z.object({
  runId: z.string(),
  storeId: z.string(),
  storeName: z.string(),
  kind: z.enum(RUN_KINDS),
  state: z.enum(RUN_STATES),
  phase: z.enum(RUN_PHASES),
  /** The phase in words, such as `retrying, next try in 2 s`. */
  phaseText: z.string(),
  idempotencyKey: z.string().nullable(),
  startedBy: actorSchema,
  counts: z.object({
    total: z.number(),
    draft: z.number(),
    processing: z.number(),
    done: z.number(),
    failed: z.number(),
    cancelled: z.number(),
  }),
  outcomes: z.object({
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    deleted: z.number(),
  }),
  discovery: z.object({
    state: z.enum(DISCOVERY_STATES),
    pages: z.number(),
    /** Customers according to the store; null before the first response, or where it sends no total. */
    storeTotal: z.number().nullable(),
    requestsUsed: z.number(),
    requestsBudget: z.number(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
  /**
   * Seconds of work from the first claim to the end or to now, without time spent waiting for a decision or a
   * paused store; null before it began.
   */
  activeSeconds: z.number().nullable(),
  /** Whether it waits for an operator: for a decision, or for its store to be resumed. */
  waitingForPerson: z.boolean(),
  /** Why its store is paused; null if it is not, or if the run has ended. */
  pause: reasonSchema.extend({ isByPerson: z.boolean() }).nullable(),
  /** Set if an operator ended it with customers that are not synced. */
  forced: z
    .object({
      by: actorSchema,
      reason: z.string(),
      at: z.date(),
      /** Customers that were cancelled. */
      cancelled: z.number(),
    })
    .nullable(),
  /** Completed lines as a percentage of the expected ones, 0 to 100; 100 only after the run ended. */
  percent: z.number(),
  /** Lines completed per active second; null before the first. */
  ratePerSecond: z.number().nullable(),
  /** Null if unknown. */
  secondsLeft: z.number().nullable(),
  batches: z.number(),
  batchSize: z.number(),
  round: z.number(),
  /** Rounds that ended with failures. */
  processCount: z.number(),
  maxRounds: z.number(),
  maxRetries: z.number(),
  isActionRequired: z.boolean(),
  action: reasonSchema.nullable(),
  wait: reasonSchema.extend({ until: z.date() }).nullable(),
  /** Sequence number of the newest activity entry. */
  activitySeq: z.number(),
  /** Increases with every change of the run. */
  revision: z.number(),
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  updatedAt: z.date(),
});

export type RunStatus = z.infer<typeof runStatusSchema>;

/** An operator's decision to end a run with customers that are not synced. */
export type ForcedDone = NonNullable<RunStatus['forced']>;

/** The rows that a run's status is derived from. */
export interface RunFacts {
  id: string;
  storeId: string;
  storeName: string;
  kind: RunStatus['kind'];
  storeState: 'active' | 'paused';
  pauseCode: string | null;
  pauseReason: string | null;
  /** Time of past waits for an operator, in milliseconds. */
  waitedMs: number;
  waitingSince: Date | null;
  forced: RunStatus['forced'];
  state: RunStatus['state'];
  idempotencyKey: string | null;
  actor: RunStatus['startedBy'];
  settings: { batchSize: number; maxRounds: number; maxRetries: number };
  discoveryState: RunStatus['discovery']['state'];
  step: DiscoveryStep;
  discoveryError: { code: string; message: string } | null;
  walk: { unanchored: boolean; pass: number };
  pageCount: number;
  lastTotal: number | null;
  requestsUsed: number;
  requestsBudget: number;
  counts: RunStatus['counts'];
  outcomes: RunStatus['outcomes'];
  batchCount: number;
  round: number;
  processCount: number;
  action: RunStatus['action'];
  wait: RunStatus['wait'];
  nextAttemptAt: Date | null;
  now: Date;
  activitySeq: number;
  revision: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  updatedAt: Date;
}

/** The status of a run. */
export function toRunStatus(run: RunFacts): RunStatus {
  const completed = run.counts.done + run.counts.failed + run.counts.cancelled;
  const expected = expectedLines(run);
  const ratePerSecond = rateOf(run, completed);
  const over = isTerminal(run.state);
  const active = activeMs(run);
  return {
    runId: run.id,
    storeId: run.storeId,
    storeName: run.storeName,
    kind: run.kind,
    state: run.state,
    ...phaseOf(run),
    idempotencyKey: run.idempotencyKey,
    startedBy: run.actor,
    counts: run.counts,
    outcomes: run.outcomes,
    discovery: {
      state: run.discoveryState,
      pages: run.pageCount,
      storeTotal: run.lastTotal,
      requestsUsed: run.requestsUsed,
      requestsBudget: run.requestsBudget,
      error: run.discoveryError,
    },
    activeSeconds: active === null ? null : Math.round(active / 1000),
    waitingForPerson: run.waitingSince !== null || (over && run.action !== null),
    pause: over ? null : pauseOf(run),
    forced: run.forced,
    percent: percentOf(completed, expected, over),
    ratePerSecond,
    secondsLeft:
      over || !ratePerSecond || expected === null
        ? null
        : Math.ceil(Math.max(0, expected - completed) / ratePerSecond),
    batches: run.batchCount,
    batchSize: run.settings.batchSize,
    round: run.round,
    processCount: run.processCount,
    maxRounds: run.settings.maxRounds,
    maxRetries: run.settings.maxRetries,
    isActionRequired: run.action !== null,
    action: run.action,
    wait: run.wait,
    activitySeq: run.activitySeq,
    revision: run.revision,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    updatedAt: run.updatedAt,
  };
}

/** Expected number of lines; null before the first response of the store. */
function expectedLines(run: RunFacts): number | null {
  if (run.discoveryState !== 'pending' && run.discoveryState !== 'walking') return run.counts.total;
  // The store's total applies to complete walks only.
  if (run.kind === 'delta' || run.kind === 'webhook') return null;
  return run.lastTotal === null ? null : Math.max(run.lastTotal, run.counts.total);
}

function percentOf(completed: number, expected: number | null, over: boolean): number {
  if (over) return 100;
  if (expected === null || expected === 0) return 0;
  return Math.min(99, Math.floor((completed * 100) / expected));
}

function rateOf(run: RunFacts, completed: number): number | null {
  const active = activeMs(run);
  if (active === null || completed === 0) return null;
  const seconds = active / 1000;
  return seconds <= 0 ? null : Math.round((completed / seconds) * 10) / 10;
}

/** The code of a pause made by a person. */
export const PAUSED_BY_PERSON = 'paused_by_person';

function pauseOf({ storeState, pauseCode, pauseReason }: RunFacts): RunStatus['pause'] {
  if (storeState === 'active' || pauseCode === null) return null;
  const isByPerson = pauseCode === PAUSED_BY_PERSON;
  return { code: pauseCode, reason: pauseReason ?? '', isByPerson };
}

/** The phase and its text; the first matching rule applies. */
function phaseOf(run: RunFacts): { phase: RunPhase; phaseText: string } {
  const { state } = run;
  if (state === 'done') return { phase: state, phaseText: 'done' };
  if (state === 'partial') return { phase: state, phaseText: `ended with ${failures(run)}` };
  if (state === 'failed') {
    return {
      phase: state,
      phaseText: run.discoveryError?.message ?? `ended with ${failures(run)}`,
    };
  }
  if (run.storeState === 'paused') {
    return { phase: 'paused', phaseText: `paused: ${run.pauseReason ?? 'the store is paused'}` };
  }
  if (run.wait && run.wait.until > run.now) {
    const next = inSeconds(run.wait.until, run.now);
    return {
      phase: 'waiting_for_store',
      phaseText: `waiting for the store, next try ${next}: ${run.wait.reason}`,
    };
  }
  if (state === 'draft') return { phase: 'queued', phaseText: 'waiting for a worker' };
  if (run.discoveryState === 'walking') {
    return run.walk.pass > 1 || run.walk.unanchored
      ? { phase: 'reconciling', phaseText: 'reconciling the list with the store' }
      : { phase: 'discovering', phaseText: STEP_TEXTS[run.step] };
  }
  if (run.counts.processing === 0 && run.nextAttemptAt && run.nextAttemptAt > run.now) {
    return {
      phase: 'retrying',
      phaseText: `retrying, next try ${inSeconds(run.nextAttemptAt, run.now)}`,
    };
  }
  return { phase: 'processing', phaseText: 'processing' };
}

const STEP_TEXTS: Record<DiscoveryStep, string> = {
  newest: 'checking for new customers',
  active: 'checking for recently active customers',
  leftovers: 'reading customers with pending webhooks',
  guests: 'reading guest orders',
  walk: 'reading the store’s list of customers',
  deliveries: 'collecting webhook deliveries',
};

function failures({ counts }: RunFacts): string {
  return countOf(counts.failed, 'failed customer');
}

function inSeconds(at: Date, now: Date): string {
  return `in ${Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000))} s`;
}
