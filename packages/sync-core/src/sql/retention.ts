import type { Sql } from '@mantis-sync/db';

// All of this runs as mantis_retention, whose policies let nothing go that is not over, needs a person, or
// is younger than a day.

/** Organisations that have stores, or wanted one. As mantis_system. */
export async function findOrganisations(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ org_id: string }>(
    'select org_id from woo_store union select org_id from store_grant',
  );
  return rows.map((row) => row.org_id);
}

/** Sessions, links and counters of sign-in that have expired. As mantis_system. @returns rows removed */
export async function deleteExpiredSignInData(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ removed: number }>(
    'select mantis.delete_expired_sign_in_data() as removed',
  );
  return rows[0]?.removed ?? 0;
}

/** Days that the organisation keeps what is over. */
export async function readRetentionDays(sql: Sql, fallback: number): Promise<number> {
  const { rows } = await sql.query<{ retention_days: number }>(
    'select retention_days from organization_settings',
  );
  return rows[0]?.retention_days ?? fallback;
}

/** The oldest run that is kept no longer. Runs of webhooks without a failure go after a day. */
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

/** @returns lines and entries removed; less than `limit` when none are left */
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

/** Grants that ran out a day ago: until then their person is told what became of them. @returns rows removed */
export async function deleteExpiredAuthorizations(sql: Sql): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from store_grant where expires_at < mantis.now() - interval '1 day'`,
  );
  return rowCount;
}

/** What is dated and belongs to no run: its table, and the column of its date. */
const DATED = [
  ['woo_sync_activity', 'at', 'and queue_id is null'],
  ['customer_change', 'at', ''],
  ['woo_webhook_delivery', 'received_at', ''],
  ['woo_webhook_refusal', 'hour', ''],
] as const;

/** @returns rows removed; 0 when none are left */
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
