import type { Sql } from '@mantis-sync/db';

/** The settings of the organisation; null if it has none of its own. */
export async function findOrganisationSettings(
  sql: Sql,
): Promise<{ retentionDays: number; volatileMetaKeys: string[] } | null> {
  const { rows } = await sql.query<{ retentionDays: number; volatileMetaKeys: string[] }>(
    `select retention_days as "retentionDays", volatile_meta_keys as "volatileMetaKeys"
       from organization_settings`,
  );
  return rows[0] ?? null;
}

/** What the organisation adds to `VOLATILE_META_KEYS`. */
export async function findVolatileMetaKeys(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ keys: string[] }>({
    name: 'find-volatile-meta-keys',
    text: 'select volatile_meta_keys as keys from organization_settings',
    values: [],
  });
  return rows[0]?.keys ?? [];
}

export async function saveRetention(sql: Sql, orgId: string, retentionDays: number): Promise<void> {
  await sql.query(
    `insert into organization_settings (org_id, retention_days) values ($1, $2)
     on conflict (org_id) do update
        set retention_days = excluded.retention_days, updated_at = mantis.now()`,
    [orgId, retentionDays],
  );
}

/** @param retentionDays used if the organisation has no settings yet */
export async function saveVolatileMetaKeys(
  sql: Sql,
  orgId: string,
  volatileMetaKeys: readonly string[],
  retentionDays: number,
): Promise<void> {
  await sql.query(
    `insert into organization_settings (org_id, retention_days, volatile_meta_keys)
     values ($1, $2, $3)
     on conflict (org_id) do update
        set volatile_meta_keys = excluded.volatile_meta_keys, updated_at = mantis.now()`,
    [orgId, retentionDays, volatileMetaKeys],
  );
}
