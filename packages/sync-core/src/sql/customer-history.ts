import type { Sql } from '@mantis-sync/db';
import type { FieldChange } from '../domain/diff-customer.ts';
import type { ChangeSource } from '../domain/run-kind.ts';

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
