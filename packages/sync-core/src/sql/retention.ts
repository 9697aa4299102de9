import type { Sql } from '@mantis-sync/db';

// Runs as mantis_retention, whose policies protect rows that are not over, need a decision, or are younger than
// a day.

/** Organisations with stores or authorization attempts. As mantis_system. */
export async function findOrganisations(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ org_id: string }>(
    'select org_id from woo_store union select org_id from store_grant',
  );
  return rows.map((row) => row.org_id);
}

/** Deletes expired sessions, links and counters of sign-in. As mantis_system. @returns rows removed */
export async function deleteExpiredSignInData(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ removed: number }>(
    'select mantis.delete_expired_sign_in_data() as removed',
  );
  return rows[0]?.removed ?? 0;
}

/** Retention period of the organisation in days. */
export async function readRetentionDays(sql: Sql, fallback: number): Promise<number> {
  const { rows } = await sql.query<{ retention_days: number }>(
    'select retention_days from organization_settings',
  );
  return rows[0]?.retention_days ?? fallback;
}

/** The oldest expired run. Webhook runs without a failure expire after a day. */
export async function findExpiredRun(sql: Sql, days: number): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `select id from woo_customer_sync_queue
      where finished_at < mantis.now() - make_interval(days => $1)
         or (kind = 'webhook' and state = 'done' and finished_at < mantis.now() - interval '1 day')
      order by finished_at limit 1`,
    [days],
  );
  return rows[0]?.id ?? null;
}

/** @returns lines and entries removed; less than `limit` if none are left */
export async function deleteRunRows(sql: Sql, runId: string, limit: number): Promise<number> {
  for (const table of ['woo_customer_sync_queue_line', 'woo_sync_activity']) {
    const { rowCount } = await sql.query(
      `delete from ${table} where ctid = any(array(
         select ctid from ${table} where queue_id = $1 limit $2))`,
      [runId, limit],
    );
    if (rowCount > 0) return rowCount;
  }
  return 0;
}

export async function deleteRun(sql: Sql, runId: string): Promise<void> {
  await sql.query('delete from woo_customer_sync_queue where id = $1', [runId]);
}

/** Deletes authorizations that expired a day ago; until then their result is shown. @returns rows removed */
export async function deleteExpiredAuthorizations(sql: Sql): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from store_grant where expires_at < mantis.now() - interval '1 day'`,
  );
  return rowCount;
}

/** Dated tables that belong to no run, with the name of the date column. */
const DATED = [
  ['woo_sync_activity', 'at', 'and queue_id is null'],
  ['customer_change', 'at', ''],
  ['woo_webhook_delivery', 'received_at', ''],
  ['woo_webhook_refusal', 'hour', ''],
] as const;

/** @returns rows removed; 0 if none are left */
export async function deleteDated(sql: Sql, days: number, limit: number): Promise<number> {
  for (const [table, column, condition] of DATED) {
    const { rowCount } = await sql.query(
      `delete from ${table} where ctid = any(array(
         select ctid from ${table}
          where ${column} < mantis.now() - make_interval(days => $1) ${condition} limit $2))`,
      [days, limit],
    );
    if (rowCount > 0) return rowCount;
  }
  return 0;
}
