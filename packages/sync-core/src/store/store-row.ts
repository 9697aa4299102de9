import type { Sql } from '@mantis-sync/db';
import type { StoreDiagnosis } from '../doctor/store-diagnosis.ts';
import type { RunSettingsOverrides } from '../run-settings.ts';
import type { AuthMode, RouteStyle } from '../woo/store-request.ts';

/** A store as its row says; its keys sealed. */
export interface StoreRow {
  id: string;
  orgId: string;
  name: string;
  url: string;
  authMode: AuthMode;
  routeStyle: RouteStyle;
  consumerKeyCipher: Buffer;
  consumerSecretCipher: Buffer;
  cipherKeyId: string;
  keyHint: string;
  settings: RunSettingsOverrides;
  state: 'active' | 'paused';
  pause: { code: string; reason: string; at: Date } | null;
  wooVersion: string | null;
  /** Null where its connection was never examined. */
  diagnosis: StoreDiagnosis | null;
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
  consumer_key_cipher: Buffer;
  consumer_secret_cipher: Buffer;
  cipher_key_id: string;
  key_hint: string;
  settings: RunSettingsOverrides;
  state: 'active' | 'paused';
  pause_code: string | null;
  pause_reason: string | null;
  paused_at: Date | null;
  woo_version: string | null;
  diagnosis: Omit<StoreDiagnosis, 'at'> | null;
  diagnosed_at: Date | null;
  last_ok_at: Date | null;
  last_error_at: Date | null;
  last_error_code: string | null;
  created_at: Date;
  updated_at: Date;
}

const SELECT = `
  select id, org_id, name, url, auth_mode, route_style, consumer_key_cipher, consumer_secret_cipher,
         cipher_key_id, key_hint, settings, state, pause_code, pause_reason, paused_at, woo_version, diagnosis,
         diagnosed_at, last_ok_at, last_error_at, last_error_code, created_at, updated_at
    from woo_store`;

/** @returns null where the organisation has no such store */
export async function findStore(sql: Sql, storeId: string): Promise<StoreRow | null> {
  const { rows } = await sql.query<RawStoreRow>(`${SELECT} where id = $1`, [storeId]);
  return rows[0] ? toStoreRow(rows[0]) : null;
}

/** @returns null where the organisation has no store at this address, which is the store's own */
export async function findStoreAt(sql: Sql, url: string): Promise<StoreRow | null> {
  const { rows } = await sql.query<RawStoreRow>(`${SELECT} where url = $1`, [url]);
  return rows[0] ? toStoreRow(rows[0]) : null;
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
    consumerKeyCipher: raw.consumer_key_cipher,
    consumerSecretCipher: raw.consumer_secret_cipher,
    cipherKeyId: raw.cipher_key_id,
    keyHint: raw.key_hint,
    settings: raw.settings,
    state: raw.state,
    pause:
      raw.pause_code === null || raw.paused_at === null
        ? null
        : { code: raw.pause_code, reason: raw.pause_reason ?? '', at: raw.paused_at },
    wooVersion: raw.woo_version,
    diagnosis:
      raw.diagnosis && raw.diagnosed_at ? { ...raw.diagnosis, at: raw.diagnosed_at } : null,
    lastOkAt: raw.last_ok_at,
    lastError:
      raw.last_error_code === null || raw.last_error_at === null
        ? null
        : { code: raw.last_error_code, at: raw.last_error_at },
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}
