import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';

/** Settings of an organisation that apply to all its stores. */
export interface OrganisationSettings {
  /** Days to keep finished runs, history and deliveries. */
  retentionDays: number;
  /** Meta data keys that are not content, besides `VOLATILE_META_KEYS`; a trailing `*` matches any suffix. */
  volatileMetaKeys: string[];
}

export interface OrganisationService {
  settings(caller: Caller): Promise<OrganisationSettings>;
  setRetention(
    caller: Caller,
    input: Pick<OrganisationSettings, 'retentionDays'>,
  ): Promise<OrganisationSettings>;
  setVolatileMetaKeys(
    caller: Caller,
    input: Pick<OrganisationSettings, 'volatileMetaKeys'>,
  ): Promise<OrganisationSettings>;
}

/** @param defaultRetentionDays for organisations without a setting of their own */
export function createOrganisationService(deps: {
  database: Database;
  defaultRetentionDays: number;
}): OrganisationService {
  const { database, defaultRetentionDays } = deps;

  async function read(sql: Sql): Promise<OrganisationSettings> {
    const { rows } = await sql.query<{ retention_days: number; volatile_meta_keys: string[] }>(
      'select retention_days, volatile_meta_keys from organization_settings',
    );
    return {
      retentionDays: rows[0]?.retention_days ?? defaultRetentionDays,
      volatileMetaKeys: rows[0]?.volatile_meta_keys ?? [],
    };
  }

  return {
    settings: (caller) => database.withOrg(caller.orgId, read),
    setRetention: (caller, { retentionDays }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await sql.query(
          `insert into organization_settings (org_id, retention_days) values ($1, $2)
           on conflict (org_id) do update
              set retention_days = excluded.retention_days, updated_at = mantis.now()`,
          [caller.orgId, retentionDays],
        );
        return read(sql);
      }),
    setVolatileMetaKeys: (caller, { volatileMetaKeys }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await sql.query(
          `insert into organization_settings (org_id, retention_days, volatile_meta_keys)
           values ($1, $2, $3)
           on conflict (org_id) do update
              set volatile_meta_keys = excluded.volatile_meta_keys, updated_at = mantis.now()`,
          [caller.orgId, defaultRetentionDays, volatileMetaKeys],
        );
        return read(sql);
      }),
  };
}
