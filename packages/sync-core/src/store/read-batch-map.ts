import type { Sql } from '@mantis-sync/db';
import { type BatchMap, countedStates, linesPerCell } from '../domain/run-detail.ts';
import { LINE_STATES, type LineState } from '../domain/line-state.ts';
import type { QueueRow } from './queue-row.ts';

type Cell = NonNullable<BatchMap['cells']>[number];

/**
 * Counts the lines of a run by state in each part of its list. Of a large run only the states with an
 * index of their own are counted, and what is left is in the state that most lines are in.
 */
export async function readBatchMap(
  sql: Sql,
  run: Pick<QueueRow, 'id' | 'counts' | 'settings' | 'lastTotal' | 'discoveryState'>,
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

async function countAll(sql: Sql, queueId: string, perCell: number): Promise<Count[]> {
  const { rows } = await sql.query<Count>(
    `select (position - 1) / $2::int as cell, state, count(*)::int as count
       from woo_customer_sync_queue_line
      where queue_id = $1
      group by 1, 2`,
    [queueId, perCell],
  );
  return rows;
}

/** Each state in words of its own, so that its index is used. */
async function countIndexed(
  sql: Sql,
  queueId: string,
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
    [queueId, perCell, states],
  );
  return rows;
}

const countOf = (cell: Cell) => LINE_STATES.reduce((sum, state) => sum + cell[state], 0);
const sizeOf = ({ from, to }: Cell) => to - from + 1;
