import type { Sql } from '@mantis-sync/db';

/** The trace that a run began in, as W3C Trace Context writes it; null where there was none. */
export async function findTraceParent(sql: Sql, queueId: string): Promise<string | null> {
  const { rows } = await sql.query<{ trace_parent: string | null }>({
    name: 'find-trace-parent',
    text: 'select trace_parent from woo_customer_sync_queue where id = $1',
    values: [queueId],
  });
  return rows[0]?.trace_parent ?? null;
}
