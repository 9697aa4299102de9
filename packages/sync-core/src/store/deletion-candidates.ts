import type { Sql } from '@mantis-sync/db';
import type { QueueRow } from './queue-row.ts';

interface Range {
  fromId: number;
  /** Null: to the end. */
  toId: number | null;
}

/** Living customers from before the run, within the range, that have no line in it: $1 store, $2 run. */
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
  run: QueueRow,
  { fromId, toId }: Range,
): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::integer as count ${CANDIDATES}`,
    [run.storeId, run.id, fromId, toId],
  );
  return rows[0]?.count ?? 0;
}

/** Gives each candidate a line without content, which makes its customer be asked for by id. */
export async function insertDeletionCandidates(
  sql: Sql,
  run: QueueRow,
  { fromId, toId }: Range,
): Promise<void> {
  await sql.query(
    `insert into woo_customer_sync_queue_line (org_id, queue_id, position, woo_customer_id, round)
     select queue.org_id, queue.id, queue.total_count + row_number() over (order by customer.woo_id),
            customer.woo_id, queue.round ${CANDIDATES}`,
    [run.storeId, run.id, fromId, toId],
  );
}

export async function noteDeletionCandidates(
  sql: Sql,
  queueId: string,
  candidates: number,
): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set deletion_candidates = coalesce(deletion_candidates, 0) + $2 where id = $1`,
    [queueId, candidates],
  );
}

/** A person said that a large number of deletions is right. */
export async function approveDeletions(sql: Sql, queueId: string): Promise<void> {
  await sql.query('update woo_customer_sync_queue set deletions_approved = true where id = $1', [
    queueId,
  ]);
}
