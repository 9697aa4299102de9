import type { Sql } from '@mantis-sync/db';
import type { RunSettingsOverrides } from '../domain/run-settings.ts';
import type { SchedulePreset } from '../domain/schedule.ts';
import type { SealedSecret } from '../platform/sealed-secret.ts';
import type { AuthorizationScope } from '../domain/authorization-scope.ts';

/** `expired`: the store did not respond in time. `verifying`: it did, and its keys are being tested. */
export type AuthorizationState = 'waiting' | 'verifying' | 'connected' | 'refused' | 'expired';

export interface AuthorizationRow {
  id: string;
  orgId: string;
  begunBy: { id: string; name: string | null };
  /** The store's address as entered. */
  storeUrl: string;
  name: string;
  settings: RunSettingsOverrides;
  timeZone: string;
  schedules: SchedulePreset;
  scope: AuthorizationScope;
  state: AuthorizationState;
  refusal: { code: string; reason: string } | null;
  storeId: string | null;
  expiresAt: Date;
  /** Login of the web server in front of the store; null if it has none, or the store is connected. */
  webLogin: SealedSecret | null;
}

interface RawAuthorization {
  id: string;
  org_id: string;
  begun_by_id: string;
  begun_by_name: string | null;
  store_url: string;
  name: string;
  settings: RunSettingsOverrides;
  time_zone: string;
  schedules: SchedulePreset;
  scope: AuthorizationScope;
  state: AuthorizationState;
  reason_code: string | null;
  reason: string | null;
  store_id: string | null;
  expires_at: Date;
  web_login_cipher: Buffer | null;
  cipher_key_id: string | null;
}

/** How long keys may still be tested after the authorization expired: the process may have died. */
const TRIAL = "interval '2 minutes'";

const COLUMNS = `id, org_id, begun_by_id, begun_by_name, store_url, name, settings, time_zone, schedules, scope,
  case when state = 'waiting' and expires_at <= mantis.now() then 'expired'
       when state = 'verifying' and expires_at + ${TRIAL} <= mantis.now() then 'expired'
       else state end as state,
  reason_code, reason, store_id, expires_at, web_login_cipher, cipher_key_id`;

export type NewAuthorization = Pick<
  AuthorizationRow,
  | 'id'
  | 'orgId'
  | 'begunBy'
  | 'storeUrl'
  | 'name'
  | 'settings'
  | 'timeZone'
  | 'schedules'
  | 'scope'
  | 'webLogin'
> & { nonceHash: Buffer };

export async function insertAuthorization(
  sql: Sql,
  authorization: NewAuthorization,
  lifeMs: number,
): Promise<void> {
  await sql.query(
    `insert into store_grant (id, org_id, nonce_hash, begun_by_id, begun_by_name, store_url, name, settings,
                              time_zone, schedules, scope, web_login_cipher, cipher_key_id, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
             mantis.now() + make_interval(secs => $14::float8 / 1000))`,
    [
      authorization.id,
      authorization.orgId,
      authorization.nonceHash,
      authorization.begunBy.id,
      authorization.begunBy.name,
      authorization.storeUrl,
      authorization.name,
      JSON.stringify(authorization.settings),
      authorization.timeZone,
      authorization.schedules,
      authorization.scope,
      authorization.webLogin?.cipher ?? null,
      authorization.webLogin?.keyId ?? null,
      lifeMs,
    ],
  );
}

/** The organisation of an authorization. As mantis_system: the store's callback names none. */
export async function findAuthorizationOwner(sql: Sql, nonceHash: Buffer): Promise<string | null> {
  const { rows } = await sql.query<{ org_id: string }>(
    'select org_id from store_grant where nonce_hash = $1',
    [nonceHash],
  );
  return rows[0]?.org_id ?? null;
}

/** Consumes a nonce. @returns null if it was already used or has expired */
export async function claimAuthorization(
  sql: Sql,
  nonceHash: Buffer,
): Promise<AuthorizationRow | null> {
  const { rows } = await sql.query<RawAuthorization>(
    `update store_grant set state = 'verifying'
      where nonce_hash = $1 and state = 'waiting' and expires_at > mantis.now()
      returning ${COLUMNS}`,
    [nonceHash],
  );
  return rows[0] ? toAuthorization(rows[0]) : null;
}

/** @returns false unless its keys are being tested */
export async function completeAuthorization(
  sql: Sql,
  authorizationId: string,
  storeId: string,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update store_grant
        set state = 'connected', store_id = $2, ended_at = mantis.now(),
            web_login_cipher = null, cipher_key_id = null
      where id = $1 and state = 'verifying'`,
    [authorizationId, storeId],
  );
  return rowCount === 1;
}

/** @param from the state in which this is allowed */
export async function refuseAuthorization(
  sql: Sql,
  authorizationId: string,
  from: 'waiting' | 'verifying',
  { code, reason }: { code: string; reason: string },
): Promise<void> {
  await sql.query(
    `update store_grant set state = 'refused', reason_code = $3, reason = $4, ended_at = mantis.now()
      where id = $1 and state = $2`,
    [authorizationId, from, code, reason.slice(0, 2_000)],
  );
}

/** An authorization as shown to the person who started it; null for anyone else. */
export async function findAuthorization(
  sql: Sql,
  authorizationId: string,
  begunById: string,
): Promise<AuthorizationRow | null> {
  const { rows } = await sql.query<RawAuthorization>(
    `select ${COLUMNS} from store_grant where id = $1 and begun_by_id = $2`,
    [authorizationId, begunById],
  );
  return rows[0] ? toAuthorization(rows[0]) : null;
}

/** Removes authorizations that expired a day ago, and earlier ones of the same person and store. */
export async function sweepAuthorizations(
  sql: Sql,
  storeUrl: string,
  begunById: string,
): Promise<void> {
  await sql.query(
    `delete from store_grant
      where expires_at < mantis.now() - interval '1 day'
         or (state = 'waiting' and store_url = $1 and begun_by_id = $2)`,
    [storeUrl, begunById],
  );
}

function toAuthorization(raw: RawAuthorization): AuthorizationRow {
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
    webLogin:
      raw.web_login_cipher && raw.cipher_key_id !== null
        ? { keyId: raw.cipher_key_id, cipher: raw.web_login_cipher }
        : null,
  };
}
