import type { Sql } from '@mantis-sync/db';
import type { RunRow } from './run-row.ts';

interface Range {
  fromId: number;
  /** Null: to the end. */
  toId: number | null;
}

/** Active customers older than the run, in the range, without a line in it: $1 store, $2 run. */
const CANDIDATES = `
  from customer
  join woo_customer_sync_queue queue on queue.id = $2
 where customer.store_id = $1 and customer.deleted_at is null
   and customer.woo_id > $3 and ($4::bigint is null or customer.woo_id <= $4)
   and customer.created_at <= queue.created_at
   and not exists (select from woo_customer_sync_queue_line line
                    where line.queue_id = $2 and line.woo_customer_id = customer.woo_id)`;

export async function countDeletionCandidates(
  sql: Sql,
  run: RunRow,
  { fromId, toId }: Range,
): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::integer as count ${CANDIDATES}`,
    [run.storeId, run.id, fromId, toId],
  );
  return rows[0]?.count ?? 0;
}

/** Adds a line without content for each candidate, so that its customer is requested by id. */
export async function insertDeletionCandidates(
  sql: Sql,
  run: RunRow,
  { fromId, toId }: Range,
): Promise<void> {
  await sql.query(
    `insert into woo_customer_sync_queue_line (org_id, queue_id, position, woo_customer_id, round)
     select queue.org_id, queue.id, queue.total_count + row_number() over (order by customer.woo_id),
            customer.woo_id, queue.round ${CANDIDATES}`,
    [run.storeId, run.id, fromId, toId],
  );
}

export async function recordDeletionCandidates(
  sql: Sql,
  runId: string,
  candidates: number,
): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set deletion_candidates = coalesce(deletion_candidates, 0) + $2 where id = $1`,
    [runId, candidates],
  );
}

/** Records the approval of a large number of deletions. */
export async function approveDeletions(sql: Sql, runId: string): Promise<void> {
  await sql.query('update woo_customer_sync_queue set deletions_approved = true where id = $1', [
    runId,
  ]);
}
