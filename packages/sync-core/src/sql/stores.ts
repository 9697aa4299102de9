import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import type { RunSettingsOverrides } from '../domain/run-settings.ts';
import type { StoreDiagnosis } from '../domain/store-diagnosis.ts';
import type { AuthMode, RouteStyle, StoreConnection } from '../domain/store-connection.ts';
import { SyncError } from '../domain/sync-error.ts';
import { column, optional, type Row, selectList, toRow } from './columns.ts';
import { enqueueStoreJob } from './jobs.ts';
import { readDiagnosis, type StoredDiagnosis } from './store-diagnoses.ts';
import type { SealedKeys } from './store-keys.ts';

/** A store's columns; the diagnosis as stored. */
const STORE = {
  id: column<string>(),
  orgId: column<string>(),
  name: column<string>(),
  url: column<string>(),
  authMode: column<AuthMode>(),
  routeStyle: column<RouteStyle>(),
  restPrefix: column<string>(),
  /** User name and password for HTTP authentication in front of the store, as JSON; null for none. */
  webLoginCipher: column<Buffer | null>(),
  consumerKeyCipher: column<Buffer>(),
  consumerSecretCipher: column<Buffer>(),
  cipherKeyId: column<string>(),
  keyHint: column<string>(),
  settings: column<RunSettingsOverrides>(),
  state: column<'active' | 'paused'>(),
  pause: optional({
    code: column<string>('pause_code'),
    reason: column<string>('pause_reason'),
    at: column<Date>('paused_at'),
    by: column<Actor | null>('paused_by'),
  }),
  wooVersion: column<string | null>(),
  diagnosis: column<StoredDiagnosis | null>(),
  diagnosedAt: column<Date | null>(),
  /** Codes of warnings of the diagnosis that somebody dismissed. */
  dismissedFindings: column<string[]>(),
  lastOkAt: column<Date | null>(),
  lastError: optional({
    code: column<string>('last_error_code'),
    at: column<Date>('last_error_at'),
  }),
  createdAt: column<Date>(),
  updatedAt: column<Date>(),
};

/** Read with a store, from its organisation's settings. */
const ORGANISATION = {
  /** What the organisation adds to `VOLATILE_META_KEYS`; null for nothing. */
  volatileMetaKeys: column<string[] | null>(),
};

/** A store's row; its keys are encrypted. */
export interface StoreRow extends Omit<Row<typeof STORE>, 'diagnosis' | 'diagnosedAt'> {
  volatileMetaKeys: string[];
  /** Null if its connection was never diagnosed. */
  diagnosis: StoreDiagnosis | null;
}

const SELECT = `
  select ${selectList(STORE, 'woo_store')},
         (select volatile_meta_keys from organization_settings settings
           where settings.org_id = woo_store.org_id) as volatile_meta_keys
    from woo_store`;

function toStoreRow(raw: Record<string, unknown>): StoreRow {
  const { diagnosis, diagnosedAt, ...store } = toRow(STORE, raw);
  return {
    ...store,
    volatileMetaKeys: toRow(ORGANISATION, raw).volatileMetaKeys ?? [],
    diagnosis: diagnosis && diagnosedAt && readDiagnosis(diagnosis, diagnosedAt),
  };
}

/** @returns null if the organisation has no such store */
export async function findStore(sql: Sql, storeId: string): Promise<StoreRow | null> {
  const { rows } = await sql.query(`${SELECT} where id = $1`, [storeId]);
  return rows[0] ? toStoreRow(rows[0]) : null;
}

/** @throws SyncError `store_not_found` */
export async function requireStore(sql: Sql, storeId: string): Promise<StoreRow> {
  const store = await findStore(sql, storeId);
  if (!store) throw noSuchStore();
  return store;
}

export const noSuchStore = () => new SyncError('store_not_found', 'This store does not exist.');

/** @throws SyncError `store_not_found`, `store_paused` */
export async function requireActiveStore(sql: Sql, storeId: string): Promise<StoreRow> {
  const store = await requireStore(sql, storeId);
  if (store.pause)
    throw new SyncError('store_paused', `The store is paused: ${store.pause.reason}`);
  return store;
}

/** Identifies a store: its own address, without the scheme and `www`. */
const ADDRESS = "lower(regexp_replace(coalesce(home, url), '^https?://(www\\.)?', ''))";

/** @returns null if the organisation has no connection to this store */
export async function findStoreByAddress(
  sql: Sql,
  { baseUrl, home }: Pick<StoreConnection, 'baseUrl' | 'home'>,
): Promise<StoreRow | null> {
  const { rows } = await sql.query(
    `${SELECT} where url = $1
        or ${ADDRESS} = (select ${ADDRESS} from (values ($1, $2)) as given(url, home))
     order by url = $1 desc limit 1`,
    [baseUrl, home],
  );
  return rows[0] ? toStoreRow(rows[0]) : null;
}

/** Stores of the organisation, by name. */
export async function listStores(sql: Sql): Promise<StoreRow[]> {
  const { rows } = await sql.query(`${SELECT} order by lower(name), id`);
  return rows.map(toStoreRow);
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
  if (await findStoreByAddress(sql, connection)) return false;
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

/** Removes a store with its runs, activity and customers. */
export async function deleteStore(sql: Sql, storeId: string): Promise<void> {
  await sql.query('delete from woo_store where id = $1', [storeId]);
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

/**
 * Stores of all organisations that were paused automatically, but not diagnosed within two minutes: the worker
 * that accepted the job was killed. None after an hour, so that a diagnosis that always fails ends.
 */
export async function findUndiagnosedStores(
  sql: Sql,
): Promise<{ orgId: string; storeId: string }[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select org_id, id
       from woo_store
      where state = 'paused' and paused_by is null
        and paused_at between mantis.now() - interval '1 hour' and mantis.now() - interval '2 minutes'
        and (diagnosed_at is null or diagnosed_at < paused_at)
      limit 200`,
  );
  return rows.map((row) => ({ orgId: row.org_id, storeId: row.id }));
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
