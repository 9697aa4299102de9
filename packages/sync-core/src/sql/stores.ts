import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import type { RunSettingsOverrides } from '../domain/run-settings.ts';
import type { Finding, StoreDiagnosis } from '../domain/store-diagnosis.ts';
import type { SealedSecret } from '../platform/sealed-secret.ts';
import type { AuthMode, RouteStyle, StoreConnection } from '../domain/store-connection.ts';
import { enqueueStoreJob } from './jobs.ts';

/** A store's row; its keys are encrypted. */
export interface StoreRow {
  id: string;
  orgId: string;
  name: string;
  url: string;
  authMode: AuthMode;
  routeStyle: RouteStyle;
  restPrefix: string;
  /** User name and password for HTTP authentication in front of the store, as JSON; null for none. */
  webLoginCipher: Buffer | null;
  consumerKeyCipher: Buffer;
  consumerSecretCipher: Buffer;
  cipherKeyId: string;
  keyHint: string;
  settings: RunSettingsOverrides;
  /** What its organisation adds to `VOLATILE_META_KEYS`. */
  volatileMetaKeys: string[];
  state: 'active' | 'paused';
  pause: { code: string; reason: string; at: Date; by: Actor | null } | null;
  wooVersion: string | null;
  /** Null if its connection was never diagnosed. */
  diagnosis: StoreDiagnosis | null;
  /** Codes of warnings of the diagnosis that somebody dismissed. */
  dismissedFindings: string[];
  lastOkAt: Date | null;
  lastError: { code: string; at: Date } | null;
  createdAt: Date;
  updatedAt: Date;
}

interface RawStoreRow {
  id: string;
  org_id: string;
  name: string;
  url: string;
  auth_mode: AuthMode;
  route_style: RouteStyle;
  rest_prefix: string;
  web_login_cipher: Buffer | null;
  consumer_key_cipher: Buffer;
  consumer_secret_cipher: Buffer;
  cipher_key_id: string;
  key_hint: string;
  settings: RunSettingsOverrides;
  volatile_meta_keys: string[] | null;
  state: 'active' | 'paused';
  pause_code: string | null;
  pause_reason: string | null;
  paused_at: Date | null;
  paused_by: Actor | null;
  woo_version: string | null;
  diagnosis: StoredDiagnosis | null;
  diagnosed_at: Date | null;
  dismissed_findings: string[];
  last_ok_at: Date | null;
  last_error_at: Date | null;
  last_error_code: string | null;
  created_at: Date;
  updated_at: Date;
}

const SELECT = `
  select id, org_id, name, url, auth_mode, route_style, rest_prefix, web_login_cipher, consumer_key_cipher, consumer_secret_cipher,
         cipher_key_id, key_hint, settings, state, pause_code, pause_reason, paused_at, paused_by, woo_version,
         diagnosis, diagnosed_at, dismissed_findings, last_ok_at, last_error_at, last_error_code,
         created_at, updated_at,
         (select volatile_meta_keys from organization_settings settings
           where settings.org_id = woo_store.org_id) as volatile_meta_keys
    from woo_store`;

/** @returns null if the organisation has no such store */
export async function findStore(sql: Sql, storeId: string): Promise<StoreRow | null> {
  const { rows } = await sql.query<RawStoreRow>(`${SELECT} where id = $1`, [storeId]);
  return rows[0] ? toStoreRow(rows[0]) : null;
}

/** Identifies a store: its own address, without the scheme and `www`. */
const SHOP = "lower(regexp_replace(coalesce(home, url), '^https?://(www\\.)?', ''))";

/** @returns null if the organisation has no connection to this store */
export async function findShop(
  sql: Sql,
  { baseUrl, home }: Pick<StoreConnection, 'baseUrl' | 'home'>,
): Promise<StoreRow | null> {
  const { rows } = await sql.query<RawStoreRow>(
    `${SELECT} where url = $1
        or ${SHOP} = (select ${SHOP} from (values ($1, $2)) as shop(url, home))
     order by url = $1 desc limit 1`,
    [baseUrl, home],
  );
  return rows[0] ? toStoreRow(rows[0]) : null;
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

/** Stores of the organisation, by name. */
export async function listStores(sql: Sql): Promise<StoreRow[]> {
  const { rows } = await sql.query<RawStoreRow>(`${SELECT} order by lower(name), id`);
  return rows.map(toStoreRow);
}

function toStoreRow(raw: RawStoreRow): StoreRow {
  return {
    id: raw.id,
    orgId: raw.org_id,
    name: raw.name,
    url: raw.url,
    authMode: raw.auth_mode,
    routeStyle: raw.route_style,
    restPrefix: raw.rest_prefix,
    webLoginCipher: raw.web_login_cipher,
    consumerKeyCipher: raw.consumer_key_cipher,
    consumerSecretCipher: raw.consumer_secret_cipher,
    cipherKeyId: raw.cipher_key_id,
    keyHint: raw.key_hint,
    settings: raw.settings,
    volatileMetaKeys: raw.volatile_meta_keys ?? [],
    state: raw.state,
    pause:
      raw.pause_code === null || raw.paused_at === null
        ? null
        : {
            code: raw.pause_code,
            reason: raw.pause_reason ?? '',
            at: raw.paused_at,
            by: raw.paused_by,
          },
    wooVersion: raw.woo_version,
    diagnosis:
      raw.diagnosis && raw.diagnosed_at ? readDiagnosis(raw.diagnosis, raw.diagnosed_at) : null,
    dismissedFindings: raw.dismissed_findings,
    lastOkAt: raw.last_ok_at,
    lastError:
      raw.last_error_code === null || raw.last_error_at === null
        ? null
        : { code: raw.last_error_code, at: raw.last_error_at },
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}

/** The secrets of a store, encrypted with one key. */
export interface SealedSecrets {
  consumerKey: SealedSecret;
  consumerSecret: SealedSecret;
  webLogin: SealedSecret | null;
}

export interface SealedKeys extends SealedSecrets {
  /** The key's last characters, which identify it for operators. */
  hint: string;
}

export interface NewStore {
  id: string;
  orgId: string;
  name: string;
  connection: StoreConnection;
  keys: SealedKeys;
  settings: RunSettingsOverrides;
}

/** @returns false if the organisation already has a connection to this store */
export async function insertStore(sql: Sql, store: NewStore): Promise<boolean> {
  const { connection, keys } = store;
  // Serialises concurrent connections to one store.
  await sql.query("select pg_advisory_xact_lock(hashtext('connect ' || $1::text))", [store.orgId]);
  if (await findShop(sql, connection)) return false;
  const { rowCount } = await sql.query(
    `insert into woo_store (id, org_id, name, url, auth_mode, route_style, woo_version, settings,
                            consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint,
                            rest_prefix, home, web_login_cipher, last_ok_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, mantis.now())
     on conflict (org_id, url) do nothing`,
    [
      store.id,
      store.orgId,
      store.name,
      connection.baseUrl,
      connection.authMode,
      connection.routeStyle,
      connection.wooVersion ?? null,
      JSON.stringify(store.settings),
      keys.consumerKey.cipher,
      keys.consumerSecret.cipher,
      keys.consumerKey.keyId,
      keys.hint,
      connection.restPrefix,
      connection.home,
      keys.webLogin?.cipher ?? null,
    ],
  );
  return rowCount === 1;
}

/** Changes the given fields, settings included. */
export async function updateStore(
  sql: Sql,
  storeId: string,
  change: { name: string | null; settings: RunSettingsOverrides | null },
): Promise<void> {
  await sql.query(
    `update woo_store
        set name = coalesce($2, name), settings = settings || coalesce($3::jsonb, '{}'), updated_at = mantis.now()
      where id = $1`,
    [storeId, change.name, change.settings === null ? null : JSON.stringify(change.settings)],
  );
}

/** Replaces a store's keys, and the connection details found with them. */
export async function replaceKeys(
  sql: Sql,
  storeId: string,
  keys: SealedKeys,
  connection: StoreConnection,
): Promise<void> {
  await sql.query(
    `update woo_store
        set consumer_key_cipher = $2, consumer_secret_cipher = $3, cipher_key_id = $4, key_hint = $5,
            auth_mode = $6, route_style = $7, woo_version = coalesce($8, woo_version),
            url = $12, rest_prefix = $9, home = coalesce($10, home), web_login_cipher = $11,
            last_ok_at = mantis.now(), updated_at = mantis.now()
      where id = $1`,
    [
      storeId,
      keys.consumerKey.cipher,
      keys.consumerSecret.cipher,
      keys.consumerKey.keyId,
      keys.hint,
      connection.authMode,
      connection.routeStyle,
      connection.wooVersion ?? null,
      connection.restPrefix,
      connection.home,
      keys.webLogin?.cipher ?? null,
      connection.baseUrl,
    ],
  );
}

/** Removes a store with its runs, activity and customers. */
export async function deleteStore(sql: Sql, storeId: string): Promise<void> {
  await sql.query('delete from woo_store where id = $1', [storeId]);
}

/** Number of customers of each store, without deleted ones. */
export async function countCustomers(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ store_id: string; customers: number }>(
    `select store_id, count(*)::int as customers from customer
      where deleted_at is null and ($1::uuid is null or store_id = $1) group by store_id`,
    [storeId],
  );
  return new Map(rows.map((row) => [row.store_id, row.customers]));
}

/**
 * Pauses a store: no requests are sent until someone resumes it.
 *
 * @param pause with `by` for a person's decision, without it if the store rejected our requests
 * @returns false if it was already paused
 */
export async function pauseStore(
  sql: Sql,
  storeId: string,
  pause: { code: string; reason: string; by?: Actor },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_store
        set state = 'paused', pause_code = $2, pause_reason = $3, paused_at = mantis.now(),
            paused_by = $4::jsonb, updated_at = mantis.now(),
            last_error_code = case when $4::jsonb is null then $2 else last_error_code end,
            last_error_at = case when $4::jsonb is null then mantis.now() else last_error_at end
      where id = $1 and state = 'active'`,
    [storeId, pause.code, pause.reason, pause.by ? JSON.stringify(pause.by) : null],
  );
  return rowCount === 1;
}

/**
 * Pauses a store that rejects our requests and enqueues a diagnosis, since the response alone seldom explains
 * the cause.
 */
export async function pauseRefusingStore(
  sql: Sql,
  storeId: string,
  refusal: { code: string; reason: string },
): Promise<void> {
  if (await pauseStore(sql, storeId, refusal))
    await enqueueStoreJob(sql, 'store.diagnose', storeId);
}

/** @returns false if it was already active */
export async function resumeStore(sql: Sql, storeId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_store
        set state = 'active', pause_code = null, pause_reason = null, paused_at = null,
            paused_by = null, updated_at = mantis.now()
      where id = $1 and state = 'paused'`,
    [storeId],
  );
  return rowCount === 1;
}

/** Records a successful response of a store. */
export async function recordStoreOk(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_store set last_ok_at = mantis.now(), last_error_code = null, last_error_at = null
      where id = $1`,
    [storeId],
  );
}

/** Records an error of a store. */
export async function recordStoreError(sql: Sql, storeId: string, code: string): Promise<void> {
  await sql.query(
    'update woo_store set last_error_code = $2, last_error_at = mantis.now() where id = $1',
    [storeId, code],
  );
}

/** As stored: processes of the previous version call the fix of a finding its cure. */
type StoredFinding = Omit<Finding, 'fix'> & { cure: string | null };
type StoredDiagnosis = Omit<StoreDiagnosis, 'at' | 'findings'> & { findings: StoredFinding[] };

const toStored = ({ fix, ...finding }: Finding): StoredFinding => ({ ...finding, cure: fix });

function readDiagnosis({ findings, ...diagnosis }: StoredDiagnosis, at: Date): StoreDiagnosis {
  return {
    ...diagnosis,
    at,
    findings: findings.map(({ cure: fix, ...rest }) => ({ ...rest, fix })),
  };
}

/** Saves a store's diagnosis; only the last one is kept. A dismissed warning that it lacks is new when it returns. */
export async function writeDiagnosis(
  sql: Sql,
  storeId: string,
  { at: _at, findings, ...diagnosis }: StoreDiagnosis,
): Promise<void> {
  await sql.query(
    `update woo_store
        set diagnosis = $2, diagnosed_at = mantis.now(),
            dismissed_findings = (
              select coalesce(jsonb_agg(code), '[]')
                from jsonb_array_elements(dismissed_findings) code
               where $2::jsonb->'findings' @> jsonb_build_array(jsonb_build_object('code', code)))
      where id = $1`,
    [storeId, JSON.stringify({ ...diagnosis, findings: findings.map(toStored) })],
  );
}

/** Hides a warning of the diagnosis, or shows it again. Codes that it does not contain are forgotten. */
export async function setFindingDismissed(
  sql: Sql,
  storeId: string,
  { code, isDismissed }: { code: string; isDismissed: boolean },
): Promise<void> {
  await sql.query(
    `update woo_store
        set dismissed_findings = (
              select coalesce(jsonb_agg(distinct finding->'code'), '[]')
                from jsonb_array_elements(diagnosis->'findings') finding
               where finding->>'level' = 'warning'
                 and case when finding->>'code' = $2 then $3 else dismissed_findings ? (finding->>'code') end)
      where id = $1`,
    [storeId, code, isDismissed],
  );
}

/** A store and its organisation. */
export interface StoreName {
  orgId: string;
  storeId: string;
}

/** Stores after `after`, by id: of all organisations as mantis_system, else of the transaction's organisation. */
export async function listStoreNames(
  sql: Sql,
  after: string | null,
  limit: number,
): Promise<StoreName[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select org_id, id from woo_store where $1::uuid is null or id > $1 order by id limit $2`,
    [after, limit],
  );
  return rows.map((row) => ({ orgId: row.org_id, storeId: row.id }));
}

/** @returns false if the keys were changed meanwhile; nothing is changed then */
export async function resealStoreKeys(
  sql: Sql,
  storeId: string,
  before: SealedSecrets,
  after: SealedSecrets,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_store
        set consumer_key_cipher = $5, consumer_secret_cipher = $6, cipher_key_id = $7,
            web_login_cipher = $8
      where id = $1 and consumer_key_cipher = $2 and consumer_secret_cipher = $3
        and cipher_key_id = $4 and web_login_cipher is not distinct from $9`,
    [
      storeId,
      before.consumerKey.cipher,
      before.consumerSecret.cipher,
      before.consumerKey.keyId,
      after.consumerKey.cipher,
      after.consumerSecret.cipher,
      after.consumerKey.keyId,
      after.webLogin?.cipher ?? null,
      before.webLogin?.cipher ?? null,
    ],
  );
  return rowCount === 1;
}

/** @returns false if the endpoint's secret was changed meanwhile; nothing is changed then */
export async function resealWebhookSecret(
  sql: Sql,
  storeId: string,
  before: SealedSecret,
  after: SealedSecret,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update woo_webhook_endpoint
        set secret_cipher = $4, cipher_key_id = $5
      where store_id = $1 and secret_cipher = $2 and cipher_key_id = $3`,
    [storeId, before.cipher, before.keyId, after.cipher, after.keyId],
  );
  return rowCount === 1;
}
