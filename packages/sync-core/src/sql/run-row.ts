import type { Actor } from '../domain/actor.ts';
import { describeAction } from '../domain/describe-action.ts';
import type { DiscoveryStep, RunKind } from '../domain/run-kind.ts';
import { type RunSettings, runSettingsSchema } from '../domain/run-settings.ts';
import type { DiscoveryState, RunState } from '../domain/state-machine.ts';
import { type Column, column, optional, type Row, selectList, toRow } from './columns.ts';

// The keys are those of the schema that the type is derived from.
const SETTINGS = Object.fromEntries(
  Object.keys(runSettingsSchema.shape).map((key) => [key, column()]),
) as { [Key in keyof RunSettings]: Column<RunSettings[Key]> };

/**
 * A run's row, declared once: type, select list and mapping are derived from it. Older column names are given
 * where they differ. Settings are derived from `runSettingsSchema`: a new one needs a line there, a migration
 * and a line in `schema.prisma`.
 */
const RUN = {
  id: column<string>(),
  orgId: column<string>(),
  storeId: column<string>(),
  kind: column<RunKind>(),
  state: column<RunState>(),
  idempotencyKey: column<string | null>(),
  requestHash: column<Buffer>(),
  actor: {
    type: column<Actor['type']>('actor_type'),
    id: column<string | null>('actor_id'),
    name: column<string | null>('actor_name'),
  },
  settings: SETTINGS,
  discoveryState: column<DiscoveryState>(),
  discoveryError: optional({
    code: column<string>('discovery_error_code'),
    message: column<string>('discovery_error'),
  }),
  step: column<DiscoveryStep>(),
  /** Cursor of the step; its format is private to the step. */
  stepCursor: column<Record<string, unknown>>(),
  walk: {
    lastId: column<number>('walk_last_id'),
    offset: column<number>('walk_rank'),
    pagesWithoutProgress: column<number>('walk_stuck'),
    pageSize: column<number>('walk_page_size'),
    unanchored: column<boolean>('walk_blind'),
    pass: column<number>('walk_pass'),
    stepsBack: column<number>('walk_steps_back'),
  },
  /** The walk began after this id; 0 if it began at the start of the list. */
  walkFromId: column<number>(),
  /** End of the verification window; null for a walk to the end of the list. */
  walkUntilOffset: column<number | null>('walk_until_rank'),
  /** Customers missing from the list; null until a walk is complete. */
  deletionCandidates: column<number | null>(),
  deletionsApproved: column<boolean>(),
  prefetchPages: column<number>('walk_ahead'),
  pageAttempts: column<number>(),
  pageCount: column<number>(),
  firstTotal: column<number | null>(),
  lastTotal: column<number | null>(),
  requestsUsed: column<number>(),
  requestsBudget: column<number>(),
  discoveryCrashCount: column<number>('discovery_deaths'),
  counts: {
    total: column<number>('total_count'),
    draft: column<number>('draft_count'),
    processing: column<number>('processing_count'),
    done: column<number>('done_count'),
    failed: column<number>('failed_count'),
    cancelled: column<number>('cancelled_count'),
  },
  outcomes: {
    created: column<number>('created_count'),
    updated: column<number>('updated_count'),
    unchanged: column<number>('unchanged_count'),
    deleted: column<number>('deleted_count'),
  },
  batchCount: column<number>(),
  round: column<number>(),
  processCount: column<number>(),
  action: optional({
    code: column<string>('action_code'),
    reason: column<string>('action_reason'),
  }),
  wait: optional({
    code: column<string>('wait_code'),
    reason: column<string>('wait_reason'),
    until: column<Date>('wait_until'),
  }),
  activitySeq: column<number>(),
  revision: column<number>(),
  createdAt: column<Date>(),
  startedAt: column<Date | null>(),
  finishedAt: column<Date | null>(),
  updatedAt: column<Date>(),
};

/** A run as a domain object. */
export type RunRow = Row<typeof RUN>;

/** The select list for `toRunRow`, of a table named or aliased `queue`. */
export const RUN_COLUMNS = selectList(RUN, 'queue');

/** A result row of `RUN_COLUMNS`. */
export type RawRunRow = Record<string, unknown>;

export function toRunRow(raw: RawRunRow): RunRow {
  const run = toRow(RUN, raw);
  const { processCount, counts } = run;
  return { ...run, action: describeAction(run.action, { processCount, failed: counts.failed }) };
}
