import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import { describeAction } from '../domain/describe-action.ts';
import { type DiscoveryStep, type RunKind, STARTABLE_KINDS } from '../domain/run-kind.ts';
import { type RunSettings, runSettingsSchema } from '../domain/run-settings.ts';
import type { ForcedDone } from '../domain/run-status.ts';
import type { DiscoveryState, RunState } from '../domain/state-machine.ts';
import { SyncError } from '../domain/sync-error.ts';
import { type Column, column, optional, type Row, selectList, toRow } from './columns.ts';
import { IS_ACTIVE_RUN, IS_OPEN_DISCOVERY, LINE } from './states.ts';

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

/**
 * Locks a run's row and reads it. Every transaction that changes lines locks the run first. The order
 * everywhere is customers by id, run, lines; it prevents deadlocks.
 *
 * @returns null if the organisation has no such run
 */
export async function lockRun(sql: Sql, runId: string): Promise<RunRow | null> {
  const { rows } = await sql.query<RawRunRow>({
    name: 'lock-run',
    text: `select ${RUN_COLUMNS} from woo_customer_sync_queue queue
            where queue.id = $1 for no key update`,
    values: [runId],
  });
  return rows[0] ? toRunRow(rows[0]) : null;
}

/** Values that are read with a run. */
const NAMED = {
  storeName: column<string>(),
  storeState: column<'active' | 'paused'>(),
  pauseCode: column<string | null>(),
  pauseReason: column<string | null>(),
  /** Time of past waits for an operator, in milliseconds. */
  waitedMs: column<number>(),
  /** Start of the current wait for an operator; null if there is none. */
  waitingSince: column<Date | null>(),
  /** From JSON: its time is text. */
  forced: column<(Omit<ForcedDone, 'at'> & { at: string }) | null>(),
  /** When the earliest waiting line is due; null if none waits. */
  nextAttemptAt: column<Date | null>(),
  /** The database's schedule clock, to compare times with. */
  now: column<Date>(),
  /** `createdAt` in microseconds, for cursors. */
  createdAtExact: column<string>(),
};

/** A run and the name of its store. */
export type NamedRunRow = RunRow &
  Omit<Row<typeof NAMED>, 'forced'> & { forced: ForcedDone | null };

export interface RunFilter {
  storeId?: string | undefined;
  state?: string | undefined;
  /** All kinds unless given. */
  kinds?: readonly string[] | undefined;
  /** All states unless given. */
  states?: readonly string[] | undefined;
  /** Started by this actor; anyone unless given. */
  starters?: readonly Actor['type'][] | undefined;
  /** Created at or after this time, and before the next one. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Runs created before this one. */
  before?: { createdAt: string; id: string } | undefined;
  limit: number;
}

const SELECT = `
  select ${RUN_COLUMNS}, store.name as store_name, store.state as store_state, store.pause_code, store.pause_reason,
         queue.waited_ms, queue.waiting_since, queue.forced,
         (select min(line.next_attempt_at) from woo_customer_sync_queue_line line
           where line.queue_id = queue.id and line.state ${LINE.claimed.from}
             and queue.draft_count > 0 and queue.processing_count = 0
             and not queue.discovery_state ${IS_OPEN_DISCOVERY}) as next_attempt_at,
         mantis.now() as now,
         to_char(queue.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at_exact
    from woo_customer_sync_queue queue
    join woo_store store on store.org_id = queue.org_id and store.id = queue.store_id`;

/** @returns null if the organisation has no such run */
export async function findRun(sql: Sql, runId: string): Promise<NamedRunRow | null> {
  const { rows } = await sql.query<RawRunRow>(`${SELECT} where queue.id = $1`, [runId]);
  return rows[0] ? toNamed(rows[0]) : null;
}

/** @throws SyncError `run_not_found` */
export async function requireRun(sql: Sql, runId: string): Promise<NamedRunRow> {
  const run = await findRun(sql, runId);
  if (!run) throw new SyncError('run_not_found', 'This run does not exist.');
  return run;
}

export async function findRunByIdempotencyKey(sql: Sql, key: string): Promise<NamedRunRow | null> {
  const { rows } = await sql.query<RawRunRow>(`${SELECT} where queue.idempotency_key = $1`, [key]);
  return rows[0] ? toNamed(rows[0]) : null;
}

/** The active run of a store that walks, or the one that applies webhooks. */
export async function findActiveRun(
  sql: Sql,
  storeId: string,
  sort: 'walk' | 'webhook' = 'walk',
): Promise<NamedRunRow | null> {
  const { rows } = await sql.query<RawRunRow>(
    `${SELECT} where queue.store_id = $1 and queue.state ${IS_ACTIVE_RUN}
                 and (queue.kind = 'webhook') = $2`,
    [storeId, sort === 'webhook'],
  );
  return rows[0] ? toNamed(rows[0]) : null;
}

/** Runs, newest first. */
export async function listRunRows(sql: Sql, filter: RunFilter): Promise<NamedRunRow[]> {
  const { rows } = await sql.query<RawRunRow>(
    `${SELECT}
      where ($1::uuid is null or queue.store_id = $1)
        and ($2::text is null or queue.state = $2)
        and ($6::text[] is null or queue.kind = any($6))
        and ($7::text[] is null or queue.state = any($7))
        and ($8::text[] is null or queue.actor_type = any($8))
        and ($9::timestamptz is null or queue.created_at >= $9)
        and ($10::timestamptz is null or queue.created_at < $10)
        and ($3::timestamptz is null or (queue.created_at, queue.id) < ($3, $4::uuid))
      order by queue.created_at desc, queue.id desc
      limit $5`,
    [
      filter.storeId ?? null,
      filter.state ?? null,
      filter.before?.createdAt ?? null,
      filter.before?.id ?? null,
      filter.limit,
      filter.kinds ?? null,
      filter.states ?? null,
      filter.starters ?? null,
      filter.from ?? null,
      filter.to ?? null,
    ],
  );
  return rows.map(toNamed);
}

/** The last run of each store, without webhook runs; of all stores, or of one. */
export async function listLastRuns(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, NamedRunRow>> {
  const { rows } = await sql.query<RawRunRow>(
    `${SELECT}
      where ($1::uuid is null or store.id = $1)
        and queue.id = (select last.id from woo_customer_sync_queue last
                         where last.org_id = store.org_id and last.store_id = store.id
                           and last.kind = any($2)
                         order by last.created_at desc, last.id desc limit 1)`,
    [storeId, STARTABLE_KINDS],
  );
  return new Map(rows.map(toNamed).map((run) => [run.storeId, run]));
}

function toNamed(raw: RawRunRow): NamedRunRow {
  const { forced, ...named } = toRow(NAMED, raw);
  return {
    ...toRunRow(raw),
    ...named,
    forced: forced && { ...forced, at: new Date(forced.at) },
  };
}
