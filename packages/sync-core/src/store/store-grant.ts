import type { Sql } from '@mantis-sync/db';
import type { SchedulePreset } from '../domain/schedule.ts';
import type { GrantScope } from '../grants/authorize-url.ts';
import type { RunSettingsOverrides } from '../run-settings.ts';

/** `expired`: the shop did not answer in time. `verifying`: it did, and its keys are being tried. */
export type GrantState = 'waiting' | 'verifying' | 'connected' | 'refused' | 'expired';

export interface GrantRow {
  id: string;
  orgId: string;
  begunBy: { id: string; name: string | null };
  /** The store's own address, with which the grant began. */
  storeUrl: string;
  name: string;
  settings: RunSettingsOverrides;
  timeZone: string;
  schedules: SchedulePreset;
  scope: GrantScope;
  state: GrantState;
  refusal: { code: string; reason: string } | null;
  storeId: string | null;
  expiresAt: Date;
}

interface RawGrant {
  id: string;
  org_id: string;
  begun_by_id: string;
  begun_by_name: string | null;
  store_url: string;
  name: string;
  settings: RunSettingsOverrides;
  time_zone: string;
  schedules: SchedulePreset;
  scope: GrantScope;
  state: GrantState;
  reason_code: string | null;
  reason: string | null;
  store_id: string | null;
  expires_at: Date;
}

/** How long a trial of keys may go on after its grant has run out: its process may have died. */
const TRIAL = "interval '2 minutes'";

const COLUMNS = `id, org_id, begun_by_id, begun_by_name, store_url, name, settings, time_zone, schedules, scope,
  case when state = 'waiting' and expires_at <= mantis.now() then 'expired'
       when state = 'verifying' and expires_at + ${TRIAL} <= mantis.now() then 'expired'
       else state end as state,
  reason_code, reason, store_id, expires_at`;

export type NewGrant = Pick<
  GrantRow,
  'orgId' | 'begunBy' | 'storeUrl' | 'name' | 'settings' | 'timeZone' | 'schedules' | 'scope'
> & { nonceHash: Buffer };

/** @returns its id */
export async function insertGrant(sql: Sql, grant: NewGrant, lifeMs: number): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into store_grant (org_id, nonce_hash, begun_by_id, begun_by_name, store_url, name, settings,
                              time_zone, schedules, scope, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
             mantis.now() + make_interval(secs => $11::float8 / 1000))
     returning id`,
    [
      grant.orgId,
      grant.nonceHash,
      grant.begunBy.id,
      grant.begunBy.name,
      grant.storeUrl,
      grant.name,
      JSON.stringify(grant.settings),
      grant.timeZone,
      grant.schedules,
      grant.scope,
      lifeMs,
    ],
  );
  return rows[0]?.id ?? '';
}

/** The organisation that began a grant. As mantis_system: what a shop sends names none. */
export async function findGrantOwner(sql: Sql, nonceHash: Buffer): Promise<string | null> {
  const { rows } = await sql.query<{ org_id: string }>(
    'select org_id from store_grant where nonce_hash = $1',
    [nonceHash],
  );
  return rows[0]?.org_id ?? null;
}

/** Uses up a one-time number. @returns null where it was used before, or has run out */
export async function takeGrant(sql: Sql, nonceHash: Buffer): Promise<GrantRow | null> {
  const { rows } = await sql.query<RawGrant>(
    `update store_grant set state = 'verifying'
      where nonce_hash = $1 and state = 'waiting' and expires_at > mantis.now()
      returning ${COLUMNS}`,
    [nonceHash],
  );
  return rows[0] ? toGrant(rows[0]) : null;
}

/** @returns false where the trial of its keys is not what it waits for */
export async function endGrantConnected(
  sql: Sql,
  grantId: string,
  storeId: string,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update store_grant set state = 'connected', store_id = $2, ended_at = mantis.now()
      where id = $1 and state = 'verifying'`,
    [grantId, storeId],
  );
  return rowCount === 1;
}

/** @param from in which state it must be for that */
export async function endGrantRefused(
  sql: Sql,
  grantId: string,
  from: 'waiting' | 'verifying',
  { code, reason }: { code: string; reason: string },
): Promise<void> {
  await sql.query(
    `update store_grant set state = 'refused', reason_code = $3, reason = $4, ended_at = mantis.now()
      where id = $1 and state = $2`,
    [grantId, from, code, reason.slice(0, 2_000)],
  );
}

/** A grant as the person who began it sees it; null for anybody else. */
export async function findGrant(
  sql: Sql,
  grantId: string,
  begunById: string,
): Promise<GrantRow | null> {
  const { rows } = await sql.query<RawGrant>(
    `select ${COLUMNS} from store_grant where id = $1 and begun_by_id = $2`,
    [grantId, begunById],
  );
  return rows[0] ? toGrant(rows[0]) : null;
}

/** Removes what ran out a day ago, and what the same person began for the same store and left. */
export async function sweepGrants(sql: Sql, storeUrl: string, begunById: string): Promise<void> {
  await sql.query(
    `delete from store_grant
      where expires_at < mantis.now() - interval '1 day'
         or (state = 'waiting' and store_url = $1 and begun_by_id = $2)`,
    [storeUrl, begunById],
  );
}

function toGrant(raw: RawGrant): GrantRow {
  return {
    id: raw.id,
    orgId: raw.org_id,
    begunBy: { id: raw.begun_by_id, name: raw.begun_by_name },
    storeUrl: raw.store_url,
    name: raw.name,
    settings: raw.settings,
    timeZone: raw.time_zone,
    schedules: raw.schedules,
    scope: raw.scope,
    state: raw.state,
    refusal: raw.reason_code === null ? null : { code: raw.reason_code, reason: raw.reason ?? '' },
    storeId: raw.store_id,
    expiresAt: raw.expires_at,
  };
}
