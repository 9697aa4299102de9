import type { Database } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';

/** What an organisation decides for all of its stores. */
export interface OrganisationSettings {
  /** Days that finished runs, history and deliveries are kept. */
  retentionDays: number;
}

export interface OrganisationService {
  settings(caller: Caller): Promise<OrganisationSettings>;
  setRetention(caller: Caller, input: OrganisationSettings): Promise<OrganisationSettings>;
}

/** @param defaultRetentionDays for organisations that have not said */
export function createOrganisationService(deps: {
  database: Database;
  defaultRetentionDays: number;
}): OrganisationService {
  const { database, defaultRetentionDays } = deps;
  return {
    settings: (caller) =>
      database.withOrg(caller.orgId, async (sql) => {
        const { rows } = await sql.query<{ retention_days: number }>(
          'select retention_days from organization_settings',
        );
        return { retentionDays: rows[0]?.retention_days ?? defaultRetentionDays };
      }),
    setRetention: (caller, { retentionDays }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await sql.query(
          `insert into organization_settings (org_id, retention_days) values ($1, $2)
           on conflict (org_id) do update
              set retention_days = excluded.retention_days, updated_at = mantis.now()`,
          [caller.orgId, retentionDays],
        );
        return { retentionDays };
      }),
  };
}
