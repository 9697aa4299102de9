import type { StoreConnection } from '../domain/store-connection.ts';
import type { StoreDiagnosis } from '../domain/store-diagnosis.ts';
import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { RunSettings, RunSettingsOverrides } from '../domain/run-settings.ts';
import type { SchedulePreset } from '../domain/schedule.ts';
import { SyncError } from '../domain/sync-error.ts';
import { changeRunIfPresent } from '../runs/change-run.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import { enqueueStoreJob } from '../sql/jobs.ts';
import { clearAction, endWaits } from '../sql/runs.ts';
import { findActiveRun } from '../sql/run-row.ts';
import { insertStore, resumeStore, type StoreRow } from '../sql/stores.ts';
import { replaceKeys, type SealedKeys } from '../sql/store-keys.ts';
import { writeDiagnosis } from '../sql/store-diagnoses.ts';

import { createSafeDispatcher } from '../woo/safe-connect.ts';
import type { StoreCredentials, WebLogin } from '../woo/store-request.ts';
import { WooError } from '../woo/woo-error.ts';
import { addDefaultSchedules } from './default-schedules.ts';
import { diagnoseConnection, type Diagnosis } from './diagnosis/diagnose-connection.ts';
import { DIAGNOSIS_TIMEOUTS } from './diagnosis/diagnose-store.ts';
import { toStoreDiagnosis } from './diagnosis/store-diagnosis.ts';
import type { Keyring } from './keyring.ts';
import { openSecrets } from './store-clients.ts';
import { sealWebLogin } from './web-login.ts';

export interface StoreServiceDeps {
  database: Database;
  keyring: Keyring;
  defaults: RunSettings;
  allowHosts: readonly string[];
  ca?: string | undefined;
}

export interface ConnectionInput {
  /** As entered; the store's own address is saved instead. */
  url: string;
  consumerKey: string;
  consumerSecret: string;
  /** Login of the web server in front of the store, as staging sites have it; none unless given. */
  webLogin?: WebLogin | null | undefined;
}

/** New keys or a new login of a connected store; null removes the login. */
export interface KeyChange {
  consumerKey?: string | undefined;
  consumerSecret?: string | undefined;
  webLogin?: WebLogin | null | undefined;
}

/** The chosen settings of a new store. */
export interface StoreChoices {
  name: string;
  settings?: RunSettingsOverrides | undefined;
  /** Time zone of its schedules; an IANA name. UTC unless given. */
  timeZone?: string | undefined;
  /** Every 15 minutes unless given. */
  schedules?: SchedulePreset | undefined;
}

/** A tested connection to a store. */
export interface TriedConnection {
  connection: StoreConnection;
  diagnosis: StoreDiagnosis;
  credentials: StoreCredentials;
  webLogin: WebLogin | null;
}

/** Diagnoses a store that need not be connected. Saves nothing. */
export async function examineStore(
  { allowHosts, ca }: StoreServiceDeps,
  { url, webLogin, ...credentials }: ConnectionInput,
  signal?: AbortSignal,
): Promise<Diagnosis> {
  const dispatcher = createSafeDispatcher({ allowHosts, ...(ca === undefined ? {} : { ca }) });
  try {
    const timeouts = DIAGNOSIS_TIMEOUTS;
    return await diagnoseConnection({
      url,
      credentials,
      webLogin,
      dispatcher,
      allowHosts,
      timeouts,
      signal,
    });
  } finally {
    await dispatcher.destroy();
  }
}

/** @throws WooError that says why the store cannot be reached with these keys */
export async function tryKeys(
  deps: StoreServiceDeps,
  { url, consumerKey, consumerSecret, webLogin = null }: ConnectionInput,
  signal?: AbortSignal,
): Promise<TriedConnection> {
  const credentials = { consumerKey, consumerSecret };
  const diagnosis = await examineStore(deps, { url, webLogin, ...credentials }, signal);
  const { connection, error } = diagnosis;
  if (!connection) throw error ?? new WooError('unknown');
  return { connection, diagnosis: toStoreDiagnosis(diagnosis, new Date()), credentials, webLogin };
}

/**
 * Tests new keys of a connected store; null if none are given.
 *
 * @throws SyncError `invalid_settings`; WooError
 */
export async function tryNewKeys(
  deps: StoreServiceDeps,
  store: StoreRow,
  { consumerKey, consumerSecret, webLogin }: KeyChange,
): Promise<TriedConnection | null> {
  if ((consumerKey === undefined) !== (consumerSecret === undefined)) {
    throw new SyncError(
      'invalid_settings',
      'The consumer key and its secret must be changed together.',
    );
  }
  if (consumerKey === undefined && webLogin === undefined) return null;
  const given = consumerKey && consumerSecret ? { consumerKey, consumerSecret } : null;
  // A store whose old keys cannot be decrypted can still be given new ones.
  const isAllGiven = given && (webLogin !== undefined || store.webLoginCipher === null);
  const known = isAllGiven
    ? { credentials: given, webLogin: null }
    : openSecrets(deps.keyring, store);
  return tryKeys(deps, {
    url: store.url,
    ...known.credentials,
    ...given,
    webLogin: webLogin === undefined ? known.webLogin : webLogin,
  });
}

/**
 * Saves a tested store with encrypted keys and its initial schedules.
 *
 * @returns its id; null if the organisation already has a store at this address
 */
export async function addStore(
  sql: Sql,
  keyring: Keyring,
  caller: Caller,
  { connection, diagnosis, ...secrets }: TriedConnection,
  choices: StoreChoices,
): Promise<string | null> {
  const { orgId, actor } = caller;
  const id = randomUUID();
  const keys = sealKeys(keyring, orgId, id, secrets);
  const settings = choices.settings ?? {};
  const isNew = await insertStore(sql, {
    id,
    orgId,
    name: choices.name,
    connection,
    keys,
    settings,
  });
  if (!isNew) return null;
  await writeDiagnosis(sql, id, diagnosis);
  await addDefaultSchedules(sql, orgId, id, choices.timeZone ?? 'UTC', choices.schedules);
  await enqueueStoreJob(sql, 'store.webhooks', id);
  await appendStoreActivity(sql, orgId, id, {
    event: 'store.connected',
    message: `Connected “${choices.name}” at ${connection.baseUrl}.`,
    actor,
    data: {
      authMode: connection.authMode,
      routeStyle: connection.routeStyle,
      findings: diagnosis.findings.filter(({ level }) => level !== 'ok').map(({ code }) => code),
    },
  });
  return id;
}

/** Saves new keys of a store, which were tested, and ends its pause. Adds no activity. */
export async function giveKeys(
  sql: Sql,
  keyring: Keyring,
  caller: Caller,
  store: Pick<StoreRow, 'id' | 'orgId'>,
  { connection, diagnosis, ...secrets }: TriedConnection,
): Promise<void> {
  await replaceKeys(sql, store.id, sealKeys(keyring, store.orgId, store.id, secrets), connection);
  await writeDiagnosis(sql, store.id, diagnosis);
  await endPause(sql, caller, store.id);
  await enqueueStoreJob(sql, 'store.webhooks', store.id);
}

function sealKeys(
  keyring: Keyring,
  orgId: string,
  storeId: string,
  {
    credentials: { consumerKey, consumerSecret },
    webLogin,
  }: Pick<TriedConnection, 'credentials' | 'webLogin'>,
): SealedKeys {
  return {
    consumerKey: keyring.seal(consumerKey, { orgId, storeId, field: 'consumer_key' }),
    consumerSecret: keyring.seal(consumerSecret, { orgId, storeId, field: 'consumer_secret' }),
    webLogin: sealWebLogin(keyring, { orgId, id: storeId }, webLogin),
    hint: consumerKey.slice(-4),
  };
}

/** Ends a pause and wakes the run that waited. */
export async function endPause(sql: Sql, caller: Caller, storeId: string): Promise<void> {
  if (!(await resumeStore(sql, storeId))) return;
  await appendStoreActivity(sql, caller.orgId, storeId, {
    event: 'store.resumed',
    message: 'The store is active again.',
    actor: caller.actor,
  });
  await endWaits(sql, storeId);
  for (const sort of ['walk', 'webhook'] as const) {
    const run = await findActiveRun(sql, storeId, sort);
    if (!run) continue;
    await changeRunIfPresent(sql, run.id, async () => {
      await clearAction(sql, run.id);
      return { result: undefined, enqueue: 'needed' };
    });
  }
}

/** The error for connecting a store twice, at any of its addresses. */
export function storeExists(url: string): SyncError {
  return new SyncError('store_exists', `The store at ${url} is already connected.`);
}
