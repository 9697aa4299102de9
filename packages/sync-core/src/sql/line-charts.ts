import type { Sql } from '@mantis-sync/db';
import {
  type BatchMap,
  bucketSeconds,
  countedStates,
  linesPerCell,
  type Throughput,
} from '../domain/run-detail.ts';
import { LINE_STATES, type LineState } from '../domain/state-machine.ts';
import type { RunRow } from './run-row.ts';

type Cell = NonNullable<BatchMap['cells']>[number];

/**
 * Counts the lines of a run by state and position. In large runs only states with their own index are counted;
 * the remaining lines are in the state that most lines have.
 */
export async function readBatchMap(
  sql: Sql,
  run: Pick<RunRow, 'id' | 'counts' | 'settings' | 'lastTotal' | 'discoveryState'>,
): Promise<BatchMap> {
  const { id, counts } = run;
  // Uses the store's total if known, so that cells keep their size while the list is read.
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

/** One subquery per state, so that its index is used. */
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
 * Lines read and completed in each interval of a run, from the pages and batches in its activity. Lines of
 * crashed workers have no batch and are not counted.
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

/** @param rows ordered by time */
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
