import type { Database } from '@mantis-sync/db';
import { appendOrganisationActivity, type Caller } from '@mantis-sync/sync-core';

export interface OrganisationEvent {
  event: string;
  /** Plain text; names and roles, never an email address. */
  message: string;
  data?: Record<string, unknown>;
}

/** Appends to an organisation's log of changes. */
export async function logOrganisation(
  database: Database,
  { orgId, actor }: Caller,
  { event, message, data = {} }: OrganisationEvent,
): Promise<void> {
  await database.withOrg(orgId, (sql) =>
    appendOrganisationActivity(sql, orgId, { event, message, actor, data }),
  );
}

export interface OrganisationLogEntry {
  id: number;
  at: Date;
  event: string;
  message: string;
  actor: Caller['actor'];
}

interface RawEntry {
  id: number;
  at: Date;
  event: string;
  message: string;
  actor_type: Caller['actor']['type'];
  actor_id: string | null;
  actor_name: string | null;
  invited: string | null;
}

/** Newest first, from before the entry `before` where it is given. Entries about invitations show the address while the invitation exists; the log itself holds none. */
export async function readOrganisationLog(
  database: Database,
  { orgId }: Caller,
  { limit, before = null }: { limit: number; before?: number | undefined | null },
): Promise<OrganisationLogEntry[]> {
  const { rows } = await database.withOrg(orgId, (sql) =>
    sql.query<RawEntry>(
      `select id, at, event, message, actor_type, actor_id, actor_name,
              mantis.invited_email((data->>'invitationId')::uuid) as invited
         from organization_activity where $2::bigint is null or id < $2 order by id desc limit $1`,
      [limit, before],
    ),
  );
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    event: row.event,
    message: row.invited === null ? row.message : nameInvited(row.message, row.invited),
    actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
  }));
}

function nameInvited(message: string, email: string): string {
  return message.replace('somebody', email).replace('an invitation', `the invitation of ${email}`);
}
