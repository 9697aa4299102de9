import type { Sql } from '@mantis-sync/db';
import type { DiscoveryStep } from '../domain/run-kind.ts';
import { SyncError } from '../domain/sync-error.ts';
import type { WalkState } from '../domain/walk.ts';
import { RUN_COLUMNS, type RawRunRow, type RunRow, toRunRow } from './run-row.ts';
import { DISCOVERY } from './states.ts';

/** Limits a store's total to the column's maximum. */
const MAX_TOTAL = 2_147_483_647;

export interface SavedPage {
  walk: WalkState;
  prefetchPages: number;
  /** State private to the step. */
  stepCursor: Record<string, unknown>;
  /** The total sent with this page; null if there was none. */
  total: number | null;
  /** The run's request budget, set after the first page; null leaves it unchanged. */
  budget: number | null;
  /** Requests to reserve for the next pages. */
  nextRequests: number;
}

/** A run just after its cursor moved, under its lock. */
export interface MovedCursor {
  totalCount: number;
  draftCount: number;
  processingCount: number;
  batchCount: number;
  /** Requests reserved: all, or none if the budget is too small. */
  spentRequests: number;
}

/**
 * Moves a walk's cursor and renews its lease. With `insertLines` in the same transaction a crash at any point
 * resumes at the next page.
 *
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function moveCursor(
  sql: Sql,
  lease: DiscoveryLease,
  page: SavedPage,
): Promise<MovedCursor> {
  const { walk } = page;
  const { rows } = await sql.query<{
    total_count: number;
    draft_count: number;
    processing_count: number;
    batch_count: number;
    spent: number;
  }>({
    name: 'move-cursor',
    text: `with budget as (
             select id, case when requests_used + $14 <= greatest(requests_budget, coalesce($12, 0)) then $14 else 0 end as spent
               from woo_customer_sync_queue where id = $1 for no key update)
           update woo_customer_sync_queue queue
              set requests_used = requests_used + budget.spent, walk_last_id = $3, walk_rank = $4, walk_stuck = $5, walk_page_size = $6, walk_blind = $7,
                  walk_pass = $8, walk_steps_back = $9, walk_ahead = $10, step_cursor = $15,
                  page_attempts = 0, page_count = page_count + 1, discovery_deaths = 0,
                  first_total = coalesce(first_total, $11), last_total = coalesce($11, last_total),
                  requests_budget = greatest(requests_budget, coalesce($12, requests_budget)),
                  discovery_lease_until = clock_timestamp() + make_interval(secs => $13::float8 / 1000)
             from budget
            where queue.id = $1 and discovery_token = $2
            returning total_count, draft_count, processing_count, batch_count, budget.spent`,
    values: [
      lease.runId,
      lease.token,
      walk.lastId,
      walk.offset,
      walk.pagesWithoutProgress,
      walk.pageSize,
      walk.unanchored,
      walk.pass,
      walk.stepsBack,
      page.prefetchPages,
      page.total === null ? null : Math.min(page.total, MAX_TOTAL),
      page.budget,
      lease.leaseMs,
      page.nextRequests,
      JSON.stringify(page.stepCursor),
    ],
  });
  const row = rows[0];
  if (!row) throw leaseLost();
  return {
    totalCount: row.total_count,
    draftCount: row.draft_count,
    processingCount: row.processing_count,
    batchCount: row.batch_count,
    spentRequests: row.spent,
  };
}

/** Removes the open batch from the cursor after it was recorded. The caller holds the run's lock. */
export async function clearOpenBatch(sql: Sql, runId: string): Promise<void> {
  await sql.query(
    "update woo_customer_sync_queue set step_cursor = step_cursor - 'openBatch' where id = $1",
    [runId],
  );
}

export interface DiscoveryLease {
  runId: string;
  workerId: string;
  /** Fences every write of the walk: a worker that lost its lease changes nothing. */
  token: string;
  leaseMs: number;
}

/**
 * Claims the discovery of a run, if it is free: no valid lease, no wait, store not paused.
 *
 * @returns the run, or null if it is not available
 */
export async function takeDiscovery(sql: Sql, lease: DiscoveryLease): Promise<RunRow | null> {
  const { rows } = await sql.query<RawRunRow>(
    `update woo_customer_sync_queue queue
        set discovery_state = ${DISCOVERY.taken.to},
            discovery_token = $2, discovery_worker_id = $3,
            discovery_lease_until = clock_timestamp() + make_interval(secs => $4::float8 / 1000),
            wait_code = null, wait_reason = null, wait_until = null
       from woo_store store
      where queue.id = $1
        and store.org_id = queue.org_id and store.id = queue.store_id and store.state = 'active'
        and queue.discovery_state ${DISCOVERY.taken.from}
        and (queue.discovery_token is null or queue.discovery_lease_until < clock_timestamp())
        and (queue.wait_until is null or queue.wait_until <= mantis.now())
      returning ${RUN_COLUMNS}`,
    [lease.runId, lease.token, lease.workerId, lease.leaseMs],
  );
  return rows[0] ? toRunRow(rows[0]) : null;
}

/**
 * Records that a worker begins to read a response of the store, in case it crashes while it does. Only for
 * discoveries whose worker has crashed before: for others it would be one more write per page.
 *
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function markAnswer(sql: Sql, lease: DiscoveryLease): Promise<void> {
  await change(sql, lease, 'discovery_answer_token = discovery_token');
}

/** State of a discovery step other than the walk. */
export interface StepPosition {
  step: DiscoveryStep;
  cursor: Record<string, unknown>;
}

/**
 * Updates a discovery's step and renews its lease.
 *
 * @returns the number of lines of the run, under its lock
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function moveStep(
  sql: Sql,
  lease: DiscoveryLease,
  { step, cursor }: StepPosition,
): Promise<number> {
  const { rows } = await sql.query<{ total_count: number }>(
    `update woo_customer_sync_queue
        set step = $3, step_cursor = $4, page_attempts = 0,
            discovery_deaths = 0,
            discovery_lease_until = clock_timestamp() + make_interval(secs => $5::float8 / 1000)
      where id = $1 and discovery_token = $2
      returning total_count`,
    [lease.runId, lease.token, step, JSON.stringify(cursor), lease.leaseMs],
  );
  const row = rows[0];
  if (!row) throw leaseLost();
  return row.total_count;
}

/** Starts the walk over one verification window. @throws SyncError `lease_lost` */
export async function beginWindowWalk(
  sql: Sql,
  lease: DiscoveryLease,
  window: { lastId: number; offset: number; untilOffset: number; budget: number },
): Promise<void> {
  const { rowCount } = await sql.query(
    `update woo_customer_sync_queue
        set walk_last_id = $3, walk_from_id = $3, walk_rank = $4, walk_until_rank = $5,
            walk_stuck = 0, walk_blind = false,
            requests_budget = greatest(requests_budget, requests_used + $6)
      where id = $1 and discovery_token = $2`,
    [lease.runId, lease.token, window.lastId, window.offset, window.untilOffset, window.budget],
  );
  if (rowCount === 0) throw leaseLost();
}

const leaseLost = () =>
  new SyncError('lease_lost', 'Another worker has taken over the discovery of this run.');

/** Why discovery waits. */
export interface Wait {
  code: string;
  reason: string;
  /** Milliseconds from now, by the schedule's clock. */
  delayMs: number;
}

/**
 * Completes a walk and releases the lease.
 *
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function completeDiscovery(sql: Sql, lease: DiscoveryLease): Promise<void> {
  await change(
    sql,
    lease,
    `discovery_state = ${DISCOVERY.completed.to}, discovery_token = null, discovery_worker_id = null,
     discovery_lease_until = null`,
  );
}

/**
 * Fails a discovery; `retry` resumes it at its cursor.
 *
 * @param needsPerson true if only an operator can resolve it
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function failDiscovery(
  sql: Sql,
  lease: DiscoveryLease,
  error: { code: string; message: string },
  needsPerson: boolean,
): Promise<void> {
  await change(
    sql,
    lease,
    `discovery_state = ${DISCOVERY.failed.to}, discovery_error_code = $3, discovery_error = $4,
     is_action_required = is_action_required or $5,
     action_code = case when $5 then $3 else action_code end,
     action_reason = case when $5 then $4 else action_reason end,
     discovery_token = null, discovery_worker_id = null, discovery_lease_until = null`,
    [error.code, error.message, needsPerson],
  );
}

/**
 * Releases a discovery: at the end of a time slice, or because the store needs a pause.
 *
 * @param walkPageSize rows to request next
 * @returns when to continue; null means immediately
 */
export async function releaseDiscovery(
  sql: Sql,
  lease: DiscoveryLease,
  next: { wait: Wait | null; failedAttempts: number; walkPageSize: number; prefetchPages: number },
): Promise<Date | null> {
  const rows = await change<{ wait_until: Date | null }>(
    sql,
    lease,
    `page_attempts = least(page_attempts + $3, max_page_attempts), walk_page_size = $4, walk_ahead = $5,
     wait_code = $6, wait_reason = $7,
     wait_until = mantis.now() + make_interval(secs => $8::float8 / 1000),
     discovery_token = null, discovery_worker_id = null, discovery_lease_until = null`,
    [
      next.failedAttempts,
      next.walkPageSize,
      next.prefetchPages,
      next.wait?.code ?? null,
      next.wait?.reason ?? null,
      next.wait?.delayMs ?? null,
    ],
    'returning wait_until',
  );
  return rows[0]?.wait_until ?? null;
}

async function change<Row extends object>(
  sql: Sql,
  lease: DiscoveryLease,
  assignments: string,
  values: readonly unknown[] = [],
  returning = '',
): Promise<Row[]> {
  const { rows, rowCount } = await sql.query<Row>(
    `update woo_customer_sync_queue set ${assignments} where id = $1 and discovery_token = $2 ${returning}`,
    [lease.runId, lease.token, ...values],
  );
  if (rowCount === 0) {
    throw leaseLost();
  }
  return rows;
}

/**
 * Reserves requests from a run's budget, before they are sent.
 *
 * @returns false if the budget is too small; nothing is reserved then
 */
export async function spendRequests(sql: Sql, runId: string, requests: number): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'spend-requests',
    text: `update woo_customer_sync_queue
              set requests_used = requests_used + $2
            where id = $1 and requests_used + $2 <= requests_budget`,
    values: [runId, requests],
  });
  return rowCount === 1;
}
