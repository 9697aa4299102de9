import type { Sql } from '@mantis-sync/db';
import { SyncError } from '../domain/sync-error.ts';
import type { WalkState } from '../domain/walk.ts';
import type { DiscoveryLease } from './take-discovery.ts';

/** A store may say any number; the column holds so much. */
const MAX_TOTAL = 2_147_483_647;

/** A row of a page that becomes a line. */
export interface NewLine {
  /** Null where the store sent no usable id; then `quarantineKey` names the row and `error` says why. */
  wooCustomerId: number | null;
  quarantineKey: string | null;
  /** The row as JSON text; null where the store could not serve it. */
  payload: unknown;
  error: { code: string; message: string } | null;
}

export interface SavedPage {
  walk: WalkState;
  walkAhead: number;
  /** The store's total with this page; null where it did not say. */
  total: number | null;
  /** Requests that the run may make in all, set with the first page; null leaves it. */
  budget: number | null;
  /** Requests to spend from the budget for what will be asked next. */
  nextRequests: number;
}

/** A run right after its cursor moved, under its lock. */
export interface MovedCursor {
  totalCount: number;
  draftCount: number;
  processingCount: number;
  /** Requests that were spent: all that was asked for, or none where the budget does not hold as many. */
  spentRequests: number;
}

/**
 * Moves a walk's cursor and renews its lease. With `insertLines` in the same transaction: killed
 * anywhere, the walk goes on at the next page.
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
    spent: number;
  }>({
    name: 'move-cursor',
    text: `with budget as (
             select id, case when requests_used + $14 <= greatest(requests_budget, coalesce($12, 0)) then $14 else 0 end as spent
               from woo_customer_sync_queue where id = $1 for no key update)
           update woo_customer_sync_queue queue
              set requests_used = requests_used + budget.spent, walk_last_id = $3, walk_rank = $4, walk_stuck = $5, walk_page_size = $6, walk_blind = $7,
                  walk_pass = $8, walk_steps_back = $9, walk_ahead = $10,
                  page_attempts = 0, page_count = page_count + 1, discovery_deaths = 0,
                  first_total = coalesce(first_total, $11), last_total = coalesce($11, last_total),
                  requests_budget = greatest(requests_budget, coalesce($12, requests_budget)),
                  discovery_lease_until = clock_timestamp() + make_interval(secs => $13::float8 / 1000)
             from budget
            where queue.id = budget.id and discovery_token = $2
            returning total_count, draft_count, processing_count, budget.spent`,
    values: [
      lease.queueId,
      lease.token,
      walk.lastId,
      walk.rank,
      walk.stuck,
      walk.pageSize,
      walk.blind,
      walk.pass,
      walk.stepsBack,
      page.walkAhead,
      page.total === null ? null : Math.min(page.total, MAX_TOTAL),
      page.budget,
      lease.leaseMs,
      page.nextRequests,
    ],
  });
  const row = rows[0];
  if (!row)
    throw new SyncError('lease_lost', 'Another worker has taken over the discovery of this run.');
  return {
    totalCount: row.total_count,
    draftCount: row.draft_count,
    processingCount: row.processing_count,
    spentRequests: row.spent,
  };
}

/**
 * Adds lines behind the ones a run has. Customers and quarantined rows that have a line already are
 * passed over, so that a page may be read again.
 *
 * @param before lines that the run has, as `moveCursor` said under the run's lock
 * @returns lines added
 */
export async function insertLines(
  sql: Sql,
  orgId: string,
  queueId: string,
  before: number,
  fetchedAt: Date,
  lines: readonly NewLine[],
): Promise<number> {
  const added = withoutRepeats(lines);
  if (added.length === 0) return 0;
  const { rowCount } = await sql.query({
    name: 'insert-lines',
    // What is known is looked up by its ids first: an anti-join would scan the run's lines for each row.
    text: `with known as materialized (
             select woo_customer_id, quarantine_key from woo_customer_sync_queue_line
              where queue_id = $2 and woo_customer_id = any($6::bigint[])
             union all
             select woo_customer_id, quarantine_key from woo_customer_sync_queue_line
              where queue_id = $2 and quarantine_key = any($7::text[])),
           line as (
             select (item->>'wooCustomerId')::bigint as woo_customer_id, item->>'quarantineKey' as quarantine_key,
                    (item->>'payload')::json as payload, item->'error'->>'code' as error_code,
                    item->'error'->>'message' as error_message, nr
               from json_array_elements($5::json) with ordinality as item(item, nr))
           insert into woo_customer_sync_queue_line
             (org_id, queue_id, position, woo_customer_id, quarantine_key, state, round, payload, fetched_at,
              error_code, error_message, processed_at)
           select $1, $2, $3 + row_number() over (order by line.nr), line.woo_customer_id, line.quarantine_key,
                  case when line.error_code is null then 'draft' else 'failed' end, queue.round,
                  line.payload, $4,
                  line.error_code, line.error_message,
                  case when line.error_code is null then null else mantis.now() end
             from line join woo_customer_sync_queue queue on queue.id = $2
            where not exists (
              select from known
               where known.woo_customer_id = line.woo_customer_id or known.quarantine_key = line.quarantine_key)`,
    values: [
      orgId,
      queueId,
      before,
      fetchedAt,
      JSON.stringify(added.map(toItem)),
      added.flatMap(({ wooCustomerId }) => (wooCustomerId === null ? [] : [wooCustomerId])),
      added.flatMap(({ quarantineKey }) => (quarantineKey === null ? [] : [quarantineKey])),
    ],
  });
  return rowCount;
}

/** A store may send the same bad row twice on a page. */
function withoutRepeats(lines: readonly NewLine[]): NewLine[] {
  const keys = new Set<string>();
  return lines.filter(({ wooCustomerId, quarantineKey }) => {
    const key = `${wooCustomerId} ${quarantineKey}`;
    return !keys.has(key) && keys.add(key);
  });
}

/**
 * The payload as text within the text: PostgreSQL would look into it otherwise, and refuse the whole page
 * for a NUL or half a surrogate pair in one name.
 */
function toItem({ payload, ...line }: NewLine) {
  return { ...line, payload: payload === null ? null : JSON.stringify(payload) };
}
