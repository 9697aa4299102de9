import type { Actor } from '../domain/actor.ts';
import type { LineOutcome } from '../domain/line-state.ts';
import type { DiscoveryStep, RunKind } from '../domain/run-kind.ts';
import type { DiscoveryState, RunState } from '../domain/run-state.ts';
import type { WalkState } from '../domain/walk.ts';

/** A run as its row says, in the words of the domain. */
export interface RunRow {
  id: string;
  orgId: string;
  storeId: string;
  kind: RunKind;
  state: RunState;
  idempotencyKey: string | null;
  requestHash: Buffer;
  actor: Actor;
  settings: {
    batchSize: number;
    batchDelayMs: number;
    pace: 'auto' | 'gentle';
    maxRetries: number;
    retryBaseMs: number;
    maxRounds: number;
    pageSize: number;
    pagesAhead: number;
    maxPageAttempts: number;
    maxParallelBatches: number;
    roleFilter: string;
    deltaSlices: number;
    guests: 'off' | 'on';
  };
  discoveryState: DiscoveryState;
  discoveryError: { code: string; message: string } | null;
  step: DiscoveryStep;
  /** Where the step stands; its own business. */
  stepCursor: Record<string, unknown>;
  walk: WalkState;
  /** The walk began behind this id; 0 where it began at the start of the list. */
  walkFromId: number;
  /** Where the walk of a slice stops; null where it goes to the end of the list. */
  walkUntilOffset: number | null;
  /** Customers that the list no longer had; null until a walk was whole. */
  deletionCandidates: number | null;
  deletionsApproved: boolean;
  prefetchPages: number;
  pageAttempts: number;
  pageCount: number;
  firstTotal: number | null;
  lastTotal: number | null;
  requestsUsed: number;
  requestsBudget: number;
  discoveryCrashCount: number;
  counts: {
    total: number;
    draft: number;
    processing: number;
    done: number;
    failed: number;
    cancelled: number;
  };
  outcomes: Record<LineOutcome, number>;
  batchCount: number;
  round: number;
  processCount: number;
  action: { code: string; reason: string } | null;
  wait: { code: string; reason: string; until: Date } | null;
  activitySeq: number;
  revision: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  updatedAt: Date;
}

/** A row as PostgreSQL returns `RUN_COLUMNS`. */
export interface RawRunRow {
  id: string;
  org_id: string;
  store_id: string;
  kind: RunKind;
  state: RunState;
  idempotency_key: string | null;
  request_hash: Buffer;
  actor_type: Actor['type'];
  actor_id: string | null;
  actor_name: string | null;
  batch_size: number;
  batch_delay_ms: number;
  pace: 'auto' | 'gentle';
  max_retries: number;
  retry_base_ms: number;
  max_rounds: number;
  page_size: number;
  pages_ahead: number;
  max_page_attempts: number;
  max_parallel_batches: number;
  role_filter: string;
  delta_slices: number;
  guests: 'off' | 'on';
  discovery_state: DiscoveryState;
  discovery_error_code: string | null;
  discovery_error: string | null;
  step: DiscoveryStep;
  step_cursor: Record<string, unknown>;
  walk_from_id: number;
  walk_until_rank: number | null;
  deletion_candidates: number | null;
  deletions_approved: boolean;
  walk_last_id: number;
  walk_rank: number;
  walk_stuck: number;
  walk_page_size: number;
  walk_ahead: number;
  walk_blind: boolean;
  walk_pass: number;
  walk_steps_back: number;
  page_attempts: number;
  page_count: number;
  first_total: number | null;
  last_total: number | null;
  requests_used: number;
  requests_budget: number;
  discovery_deaths: number;
  total_count: number;
  draft_count: number;
  processing_count: number;
  done_count: number;
  failed_count: number;
  cancelled_count: number;
  created_count: number;
  updated_count: number;
  unchanged_count: number;
  deleted_count: number;
  batch_count: number;
  round: number;
  process_count: number;
  action_code: string | null;
  action_reason: string | null;
  wait_code: string | null;
  wait_reason: string | null;
  wait_until: Date | null;
  activity_seq: number;
  revision: number;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  updated_at: Date;
}

const COLUMN_NAMES = [
  'id',
  'org_id',
  'store_id',
  'kind',
  'state',
  'idempotency_key',
  'request_hash',
  'actor_type',
  'actor_id',
  'actor_name',
  'batch_size',
  'batch_delay_ms',
  'pace',
  'max_retries',
  'retry_base_ms',
  'max_rounds',
  'page_size',
  'pages_ahead',
  'max_page_attempts',
  'max_parallel_batches',
  'role_filter',
  'delta_slices',
  'guests',
  'discovery_state',
  'discovery_error_code',
  'discovery_error',
  'step',
  'step_cursor',
  'walk_from_id',
  'walk_until_rank',
  'deletion_candidates',
  'deletions_approved',
  'walk_last_id',
  'walk_rank',
  'walk_stuck',
  'walk_page_size',
  'walk_ahead',
  'walk_blind',
  'walk_pass',
  'walk_steps_back',
  'page_attempts',
  'page_count',
  'first_total',
  'last_total',
  'requests_used',
  'requests_budget',
  'discovery_deaths',
  'total_count',
  'draft_count',
  'processing_count',
  'done_count',
  'failed_count',
  'cancelled_count',
  'created_count',
  'updated_count',
  'unchanged_count',
  'deleted_count',
  'batch_count',
  'round',
  'process_count',
  'action_code',
  'action_reason',
  'wait_code',
  'wait_reason',
  'wait_until',
  'activity_seq',
  'revision',
  'created_at',
  'started_at',
  'finished_at',
  'updated_at',
] as const satisfies readonly (keyof RawRunRow)[];

/** The columns that `toRunRow` reads, of a table named or aliased `queue`. */
export const RUN_COLUMNS = COLUMN_NAMES.map((name) => `queue.${name}`).join(', ');

export function toRunRow(raw: RawRunRow): RunRow {
  return {
    id: raw.id,
    orgId: raw.org_id,
    storeId: raw.store_id,
    kind: raw.kind,
    state: raw.state,
    idempotencyKey: raw.idempotency_key,
    requestHash: raw.request_hash,
    actor: { type: raw.actor_type, id: raw.actor_id, name: raw.actor_name },
    settings: toSettings(raw),
    discoveryState: raw.discovery_state,
    discoveryError:
      raw.discovery_error_code === null
        ? null
        : { code: raw.discovery_error_code, message: raw.discovery_error ?? '' },
    step: raw.step,
    stepCursor: raw.step_cursor,
    walk: toWalk(raw),
    walkFromId: raw.walk_from_id,
    walkUntilOffset: raw.walk_until_rank,
    deletionCandidates: raw.deletion_candidates,
    deletionsApproved: raw.deletions_approved,
    prefetchPages: raw.walk_ahead,
    pageAttempts: raw.page_attempts,
    pageCount: raw.page_count,
    firstTotal: raw.first_total,
    lastTotal: raw.last_total,
    requestsUsed: raw.requests_used,
    requestsBudget: raw.requests_budget,
    discoveryCrashCount: raw.discovery_deaths,
    counts: toCounts(raw),
    outcomes: {
      created: raw.created_count,
      updated: raw.updated_count,
      unchanged: raw.unchanged_count,
      deleted: raw.deleted_count,
    },
    batchCount: raw.batch_count,
    round: raw.round,
    processCount: raw.process_count,
    action:
      raw.action_code === null ? null : { code: raw.action_code, reason: raw.action_reason ?? '' },
    wait:
      raw.wait_code === null || raw.wait_until === null
        ? null
        : { code: raw.wait_code, reason: raw.wait_reason ?? '', until: raw.wait_until },
    activitySeq: raw.activity_seq,
    revision: raw.revision,
    createdAt: raw.created_at,
    startedAt: raw.started_at,
    finishedAt: raw.finished_at,
    updatedAt: raw.updated_at,
  };
}

function toSettings(raw: RawRunRow): RunRow['settings'] {
  return {
    batchSize: raw.batch_size,
    batchDelayMs: raw.batch_delay_ms,
    pace: raw.pace,
    maxRetries: raw.max_retries,
    retryBaseMs: raw.retry_base_ms,
    maxRounds: raw.max_rounds,
    pageSize: raw.page_size,
    pagesAhead: raw.pages_ahead,
    maxPageAttempts: raw.max_page_attempts,
    maxParallelBatches: raw.max_parallel_batches,
    roleFilter: raw.role_filter,
    deltaSlices: raw.delta_slices,
    guests: raw.guests,
  };
}

function toWalk(raw: RawRunRow): WalkState {
  return {
    lastId: raw.walk_last_id,
    offset: raw.walk_rank,
    pagesWithoutProgress: raw.walk_stuck,
    pageSize: raw.walk_page_size,
    unanchored: raw.walk_blind,
    pass: raw.walk_pass,
    stepsBack: raw.walk_steps_back,
  };
}

function toCounts(raw: RawRunRow): RunRow['counts'] {
  return {
    total: raw.total_count,
    draft: raw.draft_count,
    processing: raw.processing_count,
    done: raw.done_count,
    failed: raw.failed_count,
    cancelled: raw.cancelled_count,
  };
}
