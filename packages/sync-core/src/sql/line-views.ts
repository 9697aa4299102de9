import type { Sql } from '@mantis-sync/db';
import type { FieldChange } from '../domain/diff-customer.ts';
import { LINE_STATES, type LineOutcome, type LineState } from '../domain/state-machine.ts';
import {
  type BatchMap,
  bucketSeconds,
  countedStates,
  type FailureKey,
  type Failures,
  type LineDetail,
  linesPerCell,
  type Throughput,
} from '../domain/run-detail.ts';
import type { ChangeSource } from '../domain/run-kind.ts';
import type { LineView } from '../domain/run-status.ts';
import type { RunRow } from './run-row.ts';

/** Which lines; all of a run unless something is given. */
export interface LineFilter {
  state?: LineState | undefined;
  outcome?: LineOutcome | undefined;
  /** Lines whose last try ended with this reason. */
  failure?: FailureKey | undefined;
  wooCustomerId?: number | undefined;
  /** The first position, and the last one. */
  from?: number | undefined;
  to?: number | undefined;
}

/** Lines of a run by position, from behind `after`. */
export async function listLines(
  sql: Sql,
  runId: string,
  filter: LineFilter,
  { after, limit }: { after: number; limit: number },
): Promise<LineView[]> {
  const { rows } = await sql.query<LineRow>(
    `select ${LINE_COLUMNS}
       from woo_customer_sync_queue_line
      where queue_id = $1 and position > $2 and position <= $3
        and ($4::text is null or state = $4)
        and ($5::text is null or outcome = $5)
        and ($6::bigint is null or woo_customer_id = $6)
        and ($7::text is null or (error_code = $7 and error_message = $8))
      order by position
      limit $9`,
    [
      runId,
      Math.max(after, (filter.from ?? 1) - 1),
      filter.to ?? 2_147_483_647,
      filter.state ?? null,
      filter.outcome ?? null,
      filter.wooCustomerId ?? null,
      filter.failure?.code ?? null,
      filter.failure?.message ?? null,
      limit,
    ],
  );
  return rows.map(toLineView);
}

/** What a line is shown by. */
export const LINE_COLUMNS = `position, woo_customer_id, state, outcome, attempts, round, next_attempt_at,
       error_code, error_message, processed_at`;

export interface LineRow {
  position: number;
  woo_customer_id: number | null;
  state: LineState;
  outcome: LineOutcome | null;
  attempts: number;
  round: number;
  next_attempt_at: Date;
  error_code: string | null;
  error_message: string | null;
  processed_at: Date | null;
}

export function toLineView(row: LineRow): LineView {
  return {
    position: row.position,
    wooCustomerId: row.woo_customer_id,
    state: row.state,
    outcome: row.outcome,
    attempts: row.attempts,
    round: row.round,
    nextAttemptAt: row.next_attempt_at,
    error:
      row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    processedAt: row.processed_at,
  };
}

/** One line of a run, with what the store sent; null where there is none. */
export async function findLine(
  sql: Sql,
  runId: string,
  position: number,
): Promise<Pick<LineDetail, 'line' | 'payload' | 'fetchedAt'> | null> {
  const { rows } = await sql.query<LineRow & { payload: unknown; fetched_at: Date | null }>(
    `select ${LINE_COLUMNS}, payload, fetched_at
       from woo_customer_sync_queue_line
      where queue_id = $1 and position = $2`,
    [runId, position],
  );
  const row = rows[0];
  return row ? { line: toLineView(row), payload: row.payload, fetchedAt: row.fetched_at } : null;
}

/** What a run changed in a customer, newest first. */
export async function listChangesOfRun(
  sql: Sql,
  owner: { orgId: string; storeId: string; runId: string },
  wooCustomerId: number,
): Promise<LineDetail['changes']> {
  const { rows } = await sql.query<{
    at: Date;
    kind: string;
    source: ChangeSource;
    changes: FieldChange[];
  }>(
    `select at, kind, source, changes
       from customer_change
      where org_id = $1 and store_id = $2 and woo_id = $3 and queue_id = $4
      order by id desc
      limit 20`,
    [owner.orgId, owner.storeId, wooCustomerId, owner.runId],
  );
  return rows;
}

/** Counts the failed lines of a run by their reason, the most frequent reasons first. */
export async function listFailures(sql: Sql, runId: string, limit: number): Promise<Failures> {
  const { rows } = await sql.query<{
    code: string;
    message: string;
    count: number;
    lowest_id: number | null;
    highest_id: number | null;
    all_groups: number;
    all_lines: number;
  }>(
    `with reason as (
       select error_code, error_message, count(*)::int as count,
              min(woo_customer_id) as lowest_id, max(woo_customer_id) as highest_id
         from woo_customer_sync_queue_line
        where queue_id = $1 and state = 'failed'
        group by error_code, error_message)
     select error_code as code, error_message as message, count, lowest_id, highest_id,
            (count(*) over ())::int as all_groups, (sum(count) over ())::int as all_lines
       from reason
      order by count desc, error_code, error_message
      limit $2`,
    [runId, limit],
  );
  const listed = rows.reduce((sum, { count }) => sum + count, 0);
  const all = rows[0];
  return {
    groups: rows.map(({ code, message, count, lowest_id, highest_id }) => ({
      code,
      message,
      count,
      exampleIds:
        lowest_id === null || highest_id === null ? [] : [...new Set([lowest_id, highest_id])],
    })),
    rest: {
      groups: (all?.all_groups ?? 0) - rows.length,
      lines: (all?.all_lines ?? 0) - listed,
    },
  };
}

type Cell = NonNullable<BatchMap['cells']>[number];

/**
 * Counts the lines of a run by state in each part of its list. Of a large run only the states with an
 * index of their own are counted, and what is left is in the state that most lines are in.
 */
export async function readBatchMap(
  sql: Sql,
  run: Pick<RunRow, 'id' | 'counts' | 'settings' | 'lastTotal' | 'discoveryState'>,
): Promise<BatchMap> {
  const { id, counts } = run;
  // A cell does not grow while the list is read, where the store says how long it is.
  const expected = run.discoveryState === 'walking' ? (run.lastTotal ?? 0) : 0;
  const perCell = linesPerCell(Math.max(counts.total, expected), run.settings.batchSize);
  const plan = countedStates(counts);
  if (!plan) return { perCell, cells: null };
  const rows = plan.rest
    ? await countIndexed(sql, id, perCell, plan.counted)
    : await countAll(sql, id, perCell);
  const cells = Array.from({ length: Math.ceil(counts.total / perCell) }, (_, index): Cell => {
    const from = index * perCell + 1;
    const to = Math.min(counts.total, from + perCell - 1);
    return { from, to, draft: 0, processing: 0, done: 0, failed: 0, cancelled: 0 };
  });
  for (const { cell, state, count } of rows) {
    const at = cells[cell];
    if (at) at[state] = count;
  }
  if (plan.rest) for (const cell of cells) cell[plan.rest] = sizeOf(cell) - countOf(cell);
  return { perCell, cells };
}

interface Count {
  cell: number;
  state: LineState;
  count: number;
}

async function countAll(sql: Sql, runId: string, perCell: number): Promise<Count[]> {
  const { rows } = await sql.query<Count>(
    `select (position - 1) / $2::int as cell, state, count(*)::int as count
       from woo_customer_sync_queue_line
      where queue_id = $1
      group by 1, 2`,
    [runId, perCell],
  );
  return rows;
}

/** Each state in words of its own, so that its index is used. */
async function countIndexed(
  sql: Sql,
  runId: string,
  perCell: number,
  states: readonly LineState[],
): Promise<Count[]> {
  const { rows } = await sql.query<Count>(
    `select (position - 1) / $2::int as cell, 'failed' as state, count(*)::int as count
       from woo_customer_sync_queue_line
      where queue_id = $1 and state = 'failed' and 'failed' = any($3::text[])
      group by 1
     union all
     select (position - 1) / $2::int, 'processing', count(*)::int
       from woo_customer_sync_queue_line
      where queue_id = $1 and state = 'processing' and 'processing' = any($3::text[])
      group by 1
     union all
     select (position - 1) / $2::int, 'draft', count(*)::int
       from woo_customer_sync_queue_line
      where queue_id = $1 and state = 'draft' and 'draft' = any($3::text[])
      group by 1`,
    [runId, perCell, states],
  );
  return rows;
}

const countOf = (cell: Cell) => LINE_STATES.reduce((sum, state) => sum + cell[state], 0);
const sizeOf = ({ from, to }: Cell) => to - from + 1;

/**
 * What was read and completed in each interval of a run, from its log: pages and batches. Lines whose
 * worker died have no batch and are not counted.
 */
export async function readThroughput(sql: Sql, runId: string): Promise<Throughput> {
  const span = await readSpan(sql, runId);
  if (!span) return { from: null, bucketSeconds: 1, buckets: [] };
  const width = bucketSeconds((span.until.getTime() - span.from.getTime()) / 1_000);
  const { rows } = await sql.query<Bucket>(
    `select date_bin(make_interval(secs => $2), at, '2000-01-01Z') as starts,
            coalesce(sum((data->>'added')::int), 0)::int as read,
            coalesce(sum((data->>'created')::int + (data->>'updated')::int
                       + (data->>'unchanged')::int + (data->>'deleted')::int), 0)::int as done,
            coalesce(sum((data->>'retrying')::int), 0)::int as retrying,
            coalesce(sum((data->>'failed')::int), 0)::int as failed
       from woo_sync_activity
      where queue_id = $1 and event in ('batch.applied', 'discovery.page')
      group by starts
      order by starts`,
    [runId, width],
  );
  return fillGaps(rows, width);
}

interface Bucket {
  starts: Date;
  read: number;
  done: number;
  retrying: number;
  failed: number;
}

async function readSpan(sql: Sql, runId: string): Promise<{ from: Date; until: Date } | null> {
  const { rows } = await sql.query<{ first: Date | null; last: Date | null }>(
    `select min(at) as first, max(at) as last
       from woo_sync_activity
      where queue_id = $1 and event in ('batch.applied', 'discovery.page')`,
    [runId],
  );
  const { first = null, last = null } = rows[0] ?? {};
  return first && last ? { from: first, until: last } : null;
}

/** @param rows in order of time */
function fillGaps(rows: readonly Bucket[], width: number): Throughput {
  const from = rows[0]?.starts ?? null;
  const buckets: Throughput['buckets'] = [];
  for (const { starts, ...numbers } of rows) {
    const index = from ? Math.round((starts.getTime() - from.getTime()) / 1_000 / width) : 0;
    while (buckets.length < index) buckets.push({ read: 0, done: 0, retrying: 0, failed: 0 });
    buckets.push(numbers);
  }
  return { from, bucketSeconds: width, buckets };
}
