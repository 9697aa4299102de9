import type { Sql } from '@mantis-sync/db';
import type { FieldChange } from '../domain/diff-customer.ts';
import type { LineDetail } from '../domain/run-detail.ts';
import type { ChangeSource } from '../domain/run-kind.ts';
import { LINE_COLUMNS, type LineRow, toLineView } from './line-row.ts';

/** One line of a run, with what the store sent; null where there is none. */
export async function findLine(
  sql: Sql,
  queueId: string,
  position: number,
): Promise<Pick<LineDetail, 'line' | 'payload' | 'fetchedAt'> | null> {
  const { rows } = await sql.query<LineRow & { payload: unknown; fetched_at: Date | null }>(
    `select ${LINE_COLUMNS}, payload, fetched_at
       from woo_customer_sync_queue_line
      where queue_id = $1 and position = $2`,
    [queueId, position],
  );
  const row = rows[0];
  return row ? { line: toLineView(row), payload: row.payload, fetchedAt: row.fetched_at } : null;
}

/** What a run changed in a customer, newest first. */
export async function listChangesOfRun(
  sql: Sql,
  owner: { orgId: string; storeId: string; queueId: string },
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
    [owner.orgId, owner.storeId, wooCustomerId, owner.queueId],
  );
  return rows;
}
