import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '@mantis-sync/db';
import type { Keyring } from './credentials/keyring.ts';
import type { Caller } from './domain/actor.ts';
import type { RunStatus } from './domain/run-status.ts';
import { STARTABLE_KINDS } from './domain/run-kind.ts';
import { SyncError } from './domain/sync-error.ts';
import { toRunStatus } from './domain/to-run-status.ts';
import { type Diagnosis, diagnoseConnection } from './doctor/diagnose-connection.ts';
import { diagnoseStore, DOCTOR_TIMEOUTS } from './doctor/diagnose-store.ts';
import { type StoreDiagnosis, toStoreDiagnosis } from './doctor/store-diagnosis.ts';
import { writeDiagnosis } from './store/write-diagnosis.ts';
import { createStoreClients } from './store-clients.ts';
import { addDefaultSchedules } from './schedules/default-schedules.ts';
import { mergeRunSettings, type RunSettings, type RunSettingsOverrides } from './run-settings.ts';
import { appendStoreActivity } from './store/append-activity.ts';
import { findActiveQueue, listQueues } from './store/find-queue.ts';
import { hint } from './store/hint.ts';
import { type FreshnessView, readFreshnessView } from './store/read-freshness-view.ts';
import { clearAction } from './store/require-action.ts';
import { ring, ringStore } from './store/ring.ts';
import { findStore, listStores, type StoreRow } from './store/store-row.ts';
import { pauseStore, resumeStore } from './store/store-state.ts';
import {
  countCustomers,
  deleteStore,
  insertStore,
  replaceKeys,
  type SealedKeys,
  updateStore,
} from './store/write-store.ts';
import { removeOurs } from './webhooks/ensure-webhooks.ts';
import type { StoreConnection } from './woo/connect-store.ts';
import { createSafeDispatcher } from './woo/safe-connect.ts';
import { WooError } from './woo/woo-error.ts';

/** A store as its readers see it; its keys never leave the server again. */
export interface StoreView {
  id: string;
  name: string;
  url: string;
  state: 'active' | 'paused';
  pause: { code: string; reason: string; at: Date } | null;
  authMode: 'basic' | 'query' | 'oauth1';
  routeStyle: 'pretty' | 'plain';
  /** Last four characters of the consumer key. */
  keyHint: string;
  wooVersion: string | null;
  /** The effective settings of its next run. */
  settings: RunSettings;
  customers: number;
  lastRun: RunStatus | null;
  lastOkAt: Date | null;
  lastError: { code: string; at: Date } | null;
  freshness: FreshnessView;
  /** The last examination of its connection; null where there was none. */
  diagnosis: StoreDiagnosis | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface ConnectionInput {
  /** As a person types it; the address that is kept is the one the store itself uses. */
  url: string;
  consumerKey: string;
  consumerSecret: string;
}

export interface ConnectInput extends ConnectionInput {
  name: string;
  settings?: RunSettingsOverrides | undefined;
  /** Of its schedules; an IANA name. UTC unless given. */
  timeZone?: string | undefined;
}

export interface UpdateInput {
  storeId: string;
  name?: string | undefined;
  consumerKey?: string | undefined;
  consumerSecret?: string | undefined;
  settings?: RunSettingsOverrides | undefined;
}

/** The stores of an organisation. Every method but `connect` throws SyncError `store_not_found`. */
export interface StoreService {
  list(caller: Caller): Promise<StoreView[]>;
  get(caller: Caller, input: { storeId: string }): Promise<StoreView>;
  /**
   * Tries the keys against the store, then keeps them sealed.
   * @throws WooError that says why the store cannot be used; SyncError `store_exists`
   */
  connect(caller: Caller, input: ConnectInput): Promise<StoreView>;
  /** New keys are tried first, and end a pause. @throws WooError; SyncError */
  update(caller: Caller, input: UpdateInput): Promise<StoreView>;
  /** Examines the connection of a store, paused or not, and keeps what was found. */
  diagnose(caller: Caller, input: { storeId: string }): Promise<StoreDiagnosis>;
  /** Examines a store that is not connected; keeps nothing. */
  tryConnection(caller: Caller, input: ConnectionInput): Promise<StoreDiagnosis>;
  pause(caller: Caller, input: { storeId: string; reason: string }): Promise<StoreView>;
  /** Ends a pause; a run that stood still because of it goes on. */
  resume(caller: Caller, input: { storeId: string }): Promise<StoreView>;
  /** Removes the store with its runs, activity and customers. */
  remove(caller: Caller, input: { storeId: string }): Promise<{ storeId: string }>;
}

export interface StoreServiceDeps {
  database: Database;
  keyring: Keyring;
  defaults: RunSettings;
  allowHosts: readonly string[];
  ca?: string | undefined;
}

const TAKE_DOWN_MS = 5_000;

export function createStoreService(deps: StoreServiceDeps): StoreService {
  const { database, defaults } = deps;

  async function view(sql: Sql, storeId: string): Promise<StoreView> {
    const store = await mustFindStore(sql, storeId);
    return toView(sql, store, defaults, await countCustomers(sql));
  }

  return {
    list: (caller) =>
      database.withOrg(caller.orgId, async (sql) => {
        const customers = await countCustomers(sql);
        const views: StoreView[] = [];
        for (const store of await listStores(sql))
          views.push(await toView(sql, store, defaults, customers));
        return views;
      }),
    get: (caller, { storeId }) => database.withOrg(caller.orgId, (sql) => view(sql, storeId)),
    async connect(caller, input) {
      const settings = input.settings ?? {};
      mergeRunSettings(defaults, settings);
      const { connection, diagnosis } = await connectTo(deps, input);
      const id = randomUUID();
      const keys = sealKeys(deps.keyring, caller.orgId, id, input);
      return database.withOrg(caller.orgId, async (sql) => {
        const isNew = await insertStore(sql, {
          id,
          orgId: caller.orgId,
          name: input.name,
          connection,
          keys,
          settings,
        });
        if (!isNew)
          throw new SyncError(
            'store_exists',
            `A store at ${connection.baseUrl} is connected already.`,
          );
        await writeDiagnosis(sql, id, diagnosis);
        await addDefaultSchedules(sql, caller.orgId, id, input.timeZone ?? 'UTC');
        await ringStore(sql, 'store.webhooks', id);
        await appendStoreActivity(sql, caller.orgId, id, {
          event: 'store.connected',
          message: `Connected “${input.name}” at ${connection.baseUrl}.`,
          actor: caller.actor,
          data: {
            authMode: connection.authMode,
            routeStyle: connection.routeStyle,
            findings: diagnosis.findings
              .filter(({ level }) => level !== 'ok')
              .map(({ code }) => code),
          },
        });
        return view(sql, id);
      });
    },
    async update(caller, input) {
      const store = await database.withOrg(caller.orgId, (sql) =>
        mustFindStore(sql, input.storeId),
      );
      const rekeyed = await rekey(deps, store, input);
      return database.withOrg(caller.orgId, async (sql) => {
        await updateStore(sql, store.id, {
          name: input.name ?? null,
          settings: input.settings ?? null,
        });
        if (rekeyed) {
          await replaceKeys(sql, store.id, rekeyed.keys, rekeyed.connection);
          await writeDiagnosis(sql, store.id, rekeyed.diagnosis);
          await endPause(sql, caller, store.id);
          await ringStore(sql, 'store.webhooks', store.id);
        }
        await appendStoreActivity(sql, caller.orgId, store.id, {
          event: 'store.updated',
          message: rekeyed ? 'The store has new keys.' : 'The store’s settings were changed.',
          actor: caller.actor,
          data: {
            name: input.name !== undefined,
            settings: input.settings ?? {},
            keys: rekeyed !== null,
          },
        });
        return view(sql, store.id);
      });
    },
    async diagnose(caller, { storeId }) {
      const clients = createStoreClients(deps);
      try {
        return await diagnoseStore({ database, clients }, { ...caller, storeId }, caller.actor);
      } finally {
        await clients.close();
      }
    },
    tryConnection: async (_caller, input) =>
      toStoreDiagnosis(await examine(deps, input), new Date()),
    pause: (caller, { storeId, reason }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await mustFindStore(sql, storeId);
        if (await pauseStore(sql, storeId, { code: 'paused_by_person', reason })) {
          await appendStoreActivity(sql, caller.orgId, storeId, {
            event: 'store.paused',
            level: 'warning',
            message: `Paused: ${reason}`,
            actor: caller.actor,
          });
          await hintActiveRun(sql, storeId);
        }
        return view(sql, storeId);
      }),
    resume: (caller, { storeId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await mustFindStore(sql, storeId);
        await endPause(sql, caller, storeId);
        await ringStore(sql, 'store.webhooks', storeId);
        return view(sql, storeId);
      }),
    async remove(caller, { storeId }) {
      await database.withOrg(caller.orgId, (sql) => mustFindStore(sql, storeId));
      await takeWebhooksDown(deps, caller.orgId, storeId);
      return database.withOrg(caller.orgId, async (sql) => {
        await mustFindStore(sql, storeId);
        await deleteStore(sql, storeId);
        return { storeId };
      });
    },
  };
}

/** A courtesy to the store: it must not hold up the removal, nor prevent it. */
async function takeWebhooksDown(
  deps: StoreServiceDeps,
  orgId: string,
  storeId: string,
): Promise<void> {
  const clients = createStoreClients(deps);
  try {
    const { webhooks } = await clients.open(orgId, storeId);
    await removeOurs(webhooks, storeId, AbortSignal.timeout(TAKE_DOWN_MS));
  } catch {
    // The store is away, paused, or has other keys: it will disable what nobody answers.
  } finally {
    await clients.close();
  }
}

async function toView(
  sql: Sql,
  store: StoreRow,
  defaults: RunSettings,
  customers: ReadonlyMap<string, number>,
): Promise<StoreView> {
  const [lastRun] = await listQueues(sql, {
    storeId: store.id,
    kinds: STARTABLE_KINDS,
    limit: 1,
  });
  return {
    id: store.id,
    name: store.name,
    url: store.url,
    state: store.state,
    pause: store.pause,
    authMode: store.authMode,
    routeStyle: store.routeStyle,
    keyHint: store.keyHint,
    wooVersion: store.wooVersion,
    settings: mergeRunSettings(defaults, store.settings),
    customers: customers.get(store.id) ?? 0,
    lastRun: lastRun ? toRunStatus(lastRun) : null,
    lastOkAt: store.lastOkAt,
    lastError: store.lastError,
    freshness: await readFreshnessView(sql, store.id),
    diagnosis: store.diagnosis,
    createdAt: store.createdAt,
    updatedAt: store.updatedAt,
  };
}

async function mustFindStore(sql: Sql, storeId: string): Promise<StoreRow> {
  const store = await findStore(sql, storeId);
  if (!store) throw new SyncError('store_not_found', 'There is no such store.');
  return store;
}

async function examine(
  { allowHosts, ca }: StoreServiceDeps,
  { url, ...credentials }: ConnectionInput,
): Promise<Diagnosis> {
  const dispatcher = createSafeDispatcher({ allowHosts, ...(ca === undefined ? {} : { ca }) });
  try {
    const timeouts = DOCTOR_TIMEOUTS;
    return await diagnoseConnection({ url, credentials, dispatcher, allowHosts, timeouts });
  } finally {
    await dispatcher.destroy();
  }
}

/** A way of talking to a store, examined. @throws WooError that says why there is none */
async function connectTo(
  deps: StoreServiceDeps,
  { url, consumerKey, consumerSecret }: ConnectionInput,
): Promise<{ connection: StoreConnection; diagnosis: StoreDiagnosis }> {
  const diagnosis = await examine(deps, { url, consumerKey, consumerSecret });
  const { connection, error } = diagnosis;
  if (!connection) throw error ?? new WooError('unknown');
  return { connection, diagnosis: toStoreDiagnosis(diagnosis, new Date()) };
}

/** New keys for a store, tried against it; null where none are given. */
async function rekey(
  deps: StoreServiceDeps,
  store: StoreRow,
  { consumerKey, consumerSecret }: UpdateInput,
): Promise<{ keys: SealedKeys; connection: StoreConnection; diagnosis: StoreDiagnosis } | null> {
  if (consumerKey === undefined && consumerSecret === undefined) return null;
  if (consumerKey === undefined || consumerSecret === undefined) {
    throw new SyncError('invalid_settings', 'A consumer key and its secret are changed together.');
  }
  const found = await connectTo(deps, { url: store.url, consumerKey, consumerSecret });
  return {
    ...found,
    keys: sealKeys(deps.keyring, store.orgId, store.id, { consumerKey, consumerSecret }),
  };
}

function sealKeys(
  keyring: Keyring,
  orgId: string,
  storeId: string,
  { consumerKey, consumerSecret }: { consumerKey: string; consumerSecret: string },
): SealedKeys {
  return {
    consumerKey: keyring.seal(consumerKey, { orgId, storeId, field: 'consumer_key' }),
    consumerSecret: keyring.seal(consumerSecret, { orgId, storeId, field: 'consumer_secret' }),
    hint: consumerKey.slice(-4),
  };
}

/** Ends a pause and sets the run going that stood still because of it. */
async function endPause(sql: Sql, caller: Caller, storeId: string): Promise<void> {
  if (!(await resumeStore(sql, storeId))) return;
  await appendStoreActivity(sql, caller.orgId, storeId, {
    event: 'store.resumed',
    message: 'The store is active again.',
    actor: caller.actor,
  });
  for (const sort of ['walk', 'webhook'] as const) {
    const run = await findActiveQueue(sql, storeId, sort);
    if (!run) continue;
    await clearAction(sql, run.id);
    await ring(sql, 'sync.discover', run.id);
    await ring(sql, 'sync.process', run.id);
    await hint(sql, run.id);
  }
}

async function hintActiveRun(sql: Sql, storeId: string): Promise<void> {
  const run = await findActiveQueue(sql, storeId);
  if (run) await hint(sql, run.id);
}
