import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import {
  findOrganisationSettings,
  saveRetention,
  saveVolatileMetaKeys,
} from '../sql/organisations.ts';

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

  const read = async (sql: Sql): Promise<OrganisationSettings> =>
    (await findOrganisationSettings(sql)) ?? {
      retentionDays: defaultRetentionDays,
      volatileMetaKeys: [],
    };

  return {
    settings: (caller) => database.withOrg(caller.orgId, read),
    setRetention: (caller, { retentionDays }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await saveRetention(sql, caller.orgId, retentionDays);
        return read(sql);
      }),
    setVolatileMetaKeys: (caller, { volatileMetaKeys }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await saveVolatileMetaKeys(sql, caller.orgId, volatileMetaKeys, defaultRetentionDays);
        return read(sql);
      }),
  };
}
