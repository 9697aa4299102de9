import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import {
  firstStep,
  type RunKind,
  STARTABLE_KINDS,
  type StartableKind,
} from '../domain/run-kind.ts';
import { type RunSettings, runSettingsSchema } from '../domain/run-settings.ts';
import type { ForcedDone } from '../domain/run-status.ts';
import type { RunState } from '../domain/state-machine.ts';
import { currentTraceParent } from '../platform/trace.ts';
import { column, type Row, snakeCase, toRow } from './columns.ts';
import { RUN_COLUMNS, type RawRunRow, type RunRow, toRunRow } from './run-row.ts';
import { IS_ACTIVE_RUN, IS_OPEN_DISCOVERY, LINE } from './states.ts';

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

export interface NewRun {
  orgId: string;
  storeId: string;
  kind: RunKind;
  idempotencyKey: string | null;
  requestHash: Buffer;
  actor: Actor;
  settings: RunSettings;
}

/** The settings of a run, one column each. */
const SETTING_COLUMNS = Object.keys(runSettingsSchema.shape).map(snakeCase).join(', ');

/**
 * Inserts a run, unless its idempotency key is used or its store has an active run of the same sort (one that
 * walks, one that applies webhooks).
 *
 * @returns its id, or null if one of the two exists: concurrent callers get one run between them
 */
export async function insertRun(sql: Sql, run: NewRun): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into woo_customer_sync_queue (
       org_id, store_id, idempotency_key, request_hash, actor_type, actor_id, actor_name,
       kind, step, trace_parent, walk_page_size, walk_ahead, ${SETTING_COLUMNS})
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, page_size, pages_ahead, ${SETTING_COLUMNS}
       from json_populate_record(null::woo_customer_sync_queue, $11)
     on conflict do nothing
     returning id`,
    [
      run.orgId,
      run.storeId,
      run.idempotencyKey,
      run.requestHash,
      run.actor.type,
      run.actor.id,
      run.actor.name,
      run.kind,
      firstStep(run.kind),
      currentTraceParent(),
      JSON.stringify(
        Object.fromEntries(
          Object.entries(run.settings).map(([key, value]) => [snakeCase(key), value]),
        ),
      ),
    ],
  );
  return rows[0]?.id ?? null;
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

/** Marks a run as requiring a decision. */
export async function requireAction(
  sql: Sql,
  runId: string,
  action: { code: string; reason: string },
): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set is_action_required = true, action_code = $2, action_reason = $3
      where id = $1`,
    [runId, action.code, action.reason],
  );
}

/** Clears the action-required flag. */
export async function clearAction(sql: Sql, runId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set is_action_required = false, action_code = null, action_reason = null
      where id = $1`,
    [runId],
  );
}

/** Makes a run wait, because its store is overloaded. */
export async function waitForStore(
  sql: Sql,
  runId: string,
  wait: { code: string; reason: string; delayMs: number },
): Promise<Date> {
  const { rows } = await sql.query<{ wait_until: Date }>(
    `update woo_customer_sync_queue
        set wait_code = $2, wait_reason = $3,
            wait_until = mantis.now() + make_interval(secs => $4::float8 / 1000)
      where id = $1
      returning wait_until`,
    [runId, wait.code, wait.reason, wait.delayMs],
  );
  return (rows[0] as { wait_until: Date }).wait_until;
}

/** Ends the wait: the store responded. */
export async function endWait(sql: Sql, runId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue set wait_code = null, wait_reason = null, wait_until = null
      where id = $1 and wait_until is not null`,
    [runId],
  );
}

/** Adds requests to a run's budget, for customers that must be read again. */
export async function extendRequestBudget(
  sql: Sql,
  runId: string,
  requests: number,
): Promise<void> {
  await sql.query(
    'update woo_customer_sync_queue set requests_budget = requests_budget + $2 where id = $1',
    [runId, requests],
  );
}

/** The traceparent of a run; null if there is none. */
export async function findTraceParent(sql: Sql, runId: string): Promise<string | null> {
  const { rows } = await sql.query<{ trace_parent: string | null }>({
    name: 'find-trace-parent',
    text: 'select trace_parent from woo_customer_sync_queue where id = $1',
    values: [runId],
  });
  return rows[0]?.trace_parent ?? null;
}

/** A run in a store's chart of recent runs. */
export interface RecentRun {
  runId: string;
  kind: StartableKind;
  state: RunState;
  /** Its start, or its creation if it has not started. */
  at: Date;
  /** From start to end without waits for an operator; null while it is active, or if it never started. */
  seconds: number | null;
  isForced: boolean;
  total: number;
  failed: number;
  /** Customers that it created, updated or deleted. */
  changed: number;
}

interface RawRecentRun {
  store_id: string;
  id: string;
  kind: StartableKind;
  state: RunState;
  at: Date;
  seconds: number | null;
  isForced: boolean;
  total: number;
  failed: number;
  changed: number;
}

/** Runs shown per store. */
const LENGTH = 20;

/**
 * The last runs of each store, oldest first, without webhook runs; of all stores, or of one. One index scan
 * per store in one round trip.
 */
export async function listRecentRuns(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, RecentRun[]>> {
  const { rows } = await sql.query<RawRecentRun>(
    `select store.id as store_id, recent.*
       from woo_store store
       cross join lateral (
         select id, kind, state, coalesce(started_at, created_at) as at,
                case when finished_at is not null
                  then greatest(0, extract(epoch from finished_at - started_at) - waited_ms / 1000.0)::float8
                end as seconds,
                forced is not null as "isForced",
                total_count as total, failed_count as failed,
                created_count + updated_count + deleted_count as changed
           from woo_customer_sync_queue queue
          where queue.org_id = store.org_id and queue.store_id = store.id and queue.kind = any($2)
          order by queue.created_at desc, queue.id desc
          limit $3) recent
      where $1::uuid is null or store.id = $1`,
    [storeId, STARTABLE_KINDS, LENGTH],
  );
  const runs = new Map<string, RecentRun[]>();
  for (const { store_id: store, id, ...run } of rows.toReversed()) {
    const known = runs.get(store) ?? [];
    known.push({ runId: id, ...run });
    runs.set(store, known);
  }
  return runs;
}

/** Records who forced a run done. */
export async function recordForced(
  sql: Sql,
  runId: string,
  { by, reason, cancelled }: Omit<ForcedDone, 'at'>,
): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set forced = jsonb_build_object('by', $2::jsonb, 'reason', $3::text, 'cancelled', $4::int, 'at', mantis.now())
      where id = $1`,
    [runId, JSON.stringify(by), reason, cancelled],
  );
}

/** Starts the wait of a store's active runs when it is paused. `mantis.count_waits` measures it. */
export async function beginWaits(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue set waiting_since = mantis.now()
      where store_id = $1 and state ${IS_ACTIVE_RUN} and waiting_since is null`,
    [storeId],
  );
}

/** Ends their wait when the store is resumed. Runs that need a decision continue to wait. */
export async function endWaits(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue set waiting_since = null
      where store_id = $1 and state ${IS_ACTIVE_RUN} and waiting_since is not null`,
    [storeId],
  );
}
