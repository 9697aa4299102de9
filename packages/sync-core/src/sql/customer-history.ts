import type { Sql } from '@mantis-sync/db';
import type { FieldChange } from '../domain/diff-customer.ts';
import type { LineDetail } from '../domain/run-detail.ts';
import type { ChangeSource } from '../domain/run-kind.ts';
import { column, type Row, selectList, toRow } from './columns.ts';

/** One entry of a customer's history. */
export interface CustomerChange {
  wooId: number;
  kind: 'updated' | 'deleted' | 'restored';
  source: ChangeSource;
  changes: readonly FieldChange[];
}

/** Deletes the history of customers that the store has erased. */
export async function forgetChanges(
  sql: Sql,
  storeId: string,
  wooIds: readonly number[],
): Promise<void> {
  if (wooIds.length === 0) return;
  await sql.query(
    'delete from customer_change where store_id = $1 and woo_id = any($2::bigint[])',
    [storeId, wooIds],
  );
}

/** Records history in the current transaction. */
export async function insertChanges(
  sql: Sql,
  owner: { orgId: string; storeId: string; runId: string },
  changes: readonly CustomerChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await sql.query({
    name: 'insert-changes',
    text: `insert into customer_change (org_id, store_id, queue_id, woo_id, kind, source, changes)
           select $1, $2, $3, woo_id, kind, source, changes
             from jsonb_to_recordset($4::jsonb)
                  as item(woo_id bigint, kind text, source text, changes jsonb)`,
    values: [
      owner.orgId,
      owner.storeId,
      owner.runId,
      JSON.stringify(changes.map(({ wooId, ...change }) => ({ woo_id: wooId, ...change }))),
    ],
  });
}

const CHANGE = {
  id: column<number>(),
  at: column<Date>(),
  kind: column<'updated' | 'deleted' | 'restored'>(),
  source: column<ChangeSource>(),
  runId: column<string | null>('queue_id'),
  changes: column<FieldChange[]>(),
};

/** An entry of a customer's history, and whether its run still exists: retention removes runs before it. */
export type StoredChange = Row<typeof CHANGE> & { isRunKept: boolean };

/** Changes of a customer, newest first, from before the one with the given id. */
export async function listChanges(
  sql: Sql,
  { storeId, wooId }: { storeId: string; wooId: number },
  { before, limit }: { before: string | null; limit: number },
): Promise<StoredChange[]> {
  const { rows } = await sql.query<Record<string, unknown> & { is_run_kept: boolean }>(
    `select ${selectList(CHANGE, 'customer_change')},
            exists (select from woo_customer_sync_queue where id = queue_id) as is_run_kept
       from customer_change
      where store_id = $1 and woo_id = $2 and ($3::bigint is null or id < $3)
      order by id desc limit $4`,
    [storeId, wooId, before, limit],
  );
  return rows.map((row) => ({ ...toRow(CHANGE, row), isRunKept: row.is_run_kept }));
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
