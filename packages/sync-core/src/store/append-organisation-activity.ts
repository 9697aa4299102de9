import type { Sql } from '@mantis-sync/db';
import { SYSTEM_ACTOR } from '../domain/actor.ts';
import type { ActivityEntry } from './append-activity.ts';

/** Appends to the log of an organisation, which knows no levels. */
export async function appendOrganisationActivity(
  sql: Sql,
  orgId: string,
  { event, message, actor = SYSTEM_ACTOR, data = {} }: Omit<ActivityEntry, 'level'>,
): Promise<void> {
  await sql.query(
    `insert into organization_activity (org_id, event, message, actor_type, actor_id, actor_name, data)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [orgId, event, message.slice(0, 2000), actor.type, actor.id, actor.name, JSON.stringify(data)],
  );
}
