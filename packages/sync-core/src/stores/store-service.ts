import type { StoreDiagnosis } from '../domain/store-diagnosis.ts';
import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import { mergeRunSettings, type RunSettingsOverrides } from '../domain/run-settings.ts';
import type { ActivityView } from '../domain/activity.ts';
import { SyncError } from '../domain/sync-error.ts';
import { PAUSED_BY_PERSON } from '../domain/run-status.ts';
import { changeRunIfPresent } from '../runs/change-run.ts';
import { decodeCursor, encodeCursor } from '../runs/cursor.ts';
import {
  appendOrganisationActivity,
  appendStoreActivity,
  listStoreActivity,
} from '../sql/activity.ts';
import { enqueueStoreJob } from '../sql/jobs.ts';
import { listRunDays, type RunDay } from '../sql/run-charts.ts';
import { beginWaits } from '../sql/runs.ts';
import { findActiveRun } from '../sql/run-row.ts';
import { deleteStore, pauseStore, requireStore, updateStore } from '../sql/stores.ts';
import { setFindingDismissed } from '../sql/store-diagnoses.ts';
import { removeOurs } from '../webhooks/ensure-webhooks.ts';
import { diagnoseStore } from './diagnosis/diagnose-store.ts';
import { toStoreDiagnosis } from './diagnosis/store-diagnosis.ts';
import { listStoreViews, readStoreView, type StoreView } from './store-view.ts';
import { rotateKeysOf, type RotationResult } from './rotate-keys.ts';
import { createStoreClients } from './store-clients.ts';
import {
  addStore,
  type ConnectionInput,
  endPause,
  examineStore,
  giveKeys,
  type KeyChange,
  type StoreChoices,
  storeExists,
  type StoreServiceDeps,
  tryKeys,
  tryNewKeys,
} from './store-connection.ts';

export interface ConnectInput extends ConnectionInput, StoreChoices {}

export interface UpdateInput extends KeyChange {
  storeId: string;
  name?: string | undefined;
  /** Added to those that the store has already. */
  settings?: RunSettingsOverrides | undefined;
}

/** The stores of an organisation. Every method but `connect` throws SyncError `store_not_found`. */
export interface StoreService {
  list(caller: Caller): Promise<StoreView[]>;
  get(caller: Caller, input: { storeId: string }): Promise<StoreView>;
  /**
   * Tests the keys against the store, then saves them encrypted.
   * @throws WooError that says why the store cannot be used; SyncError `store_exists`
   */
  connect(caller: Caller, input: ConnectInput): Promise<StoreView>;
  /** New keys are tested first, and end a pause. @throws WooError; SyncError */
  update(caller: Caller, input: UpdateInput): Promise<StoreView>;
  /** Diagnoses a store, paused or not, and saves the result. */
  diagnose(caller: Caller, input: { storeId: string }): Promise<StoreDiagnosis>;
  /** Hides a warning of the diagnosis, or shows it again; problems are always shown. */
  dismissFinding(
    caller: Caller,
    input: { storeId: string; code: string; isDismissed: boolean },
  ): Promise<StoreView>;
  /** Who did what to a store and its runs, the newest first. @throws SyncError `invalid_cursor` */
  activity(
    caller: Caller,
    input: { storeId: string; cursor?: string | undefined; limit: number },
  ): Promise<{ items: ActivityView[]; nextCursor: string | null }>;
  /** Its runs by day, oldest first, up to today in the given time zone. */
  runDays(
    caller: Caller,
    input: { storeId: string; days: number; timeZone: string },
  ): Promise<RunDay[]>;
  /** Diagnoses a store that is not connected; saves nothing. */
  tryConnection(caller: Caller, input: ConnectionInput): Promise<StoreDiagnosis>;
  pause(caller: Caller, input: { storeId: string; reason: string }): Promise<StoreView>;
  /** Ends a pause; a waiting run continues. */
  resume(caller: Caller, input: { storeId: string }): Promise<StoreView>;
  /** Re-encrypts the keys of all its stores with the active key; can be repeated at any time. */
  resealKeys(caller: Caller): Promise<RotationResult>;
  /**
   * Removes the store with its runs, activity and customers.
   * @param input with `confirmName` as a person typed it; programs need not send it
   * @throws SyncError `name_mismatch`
   */
  remove(
    caller: Caller,
    input: { storeId: string; confirmName?: string | undefined },
  ): Promise<{ storeId: string }>;
}

const TAKE_DOWN_MS = 5_000;

export function createStoreService(deps: StoreServiceDeps): StoreService {
  const { database, defaults } = deps;

  return {
    list: (caller) => database.withOrg(caller.orgId, (sql) => listStoreViews(sql, defaults)),
    get: (caller, { storeId }) =>
      database.withOrg(caller.orgId, (sql) => readStoreView(sql, defaults, storeId)),
    runDays: (caller, input) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireStore(sql, input.storeId);
        return listRunDays(sql, input);
      }),
    async connect(caller, input) {
      mergeRunSettings(defaults, input.settings ?? {});
      const tried = await tryKeys(deps, input);
      return database.withOrg(caller.orgId, async (sql) => {
        const id = await addStore(sql, deps.keyring, caller, tried, input);
        if (id === null) throw storeExists(tried.connection.baseUrl);
        return readStoreView(sql, defaults, id);
      });
    },
    async update(caller, input) {
      const store = await database.withOrg(caller.orgId, (sql) => requireStore(sql, input.storeId));
      const rekeyed = await tryNewKeys(deps, store, input);
      return database.withOrg(caller.orgId, async (sql) => {
        await updateStore(sql, store.id, {
          name: input.name ?? null,
          settings: input.settings ?? null,
        });
        if (rekeyed) await giveKeys(sql, deps.keyring, caller, store, rekeyed);
        await appendStoreActivity(sql, caller.orgId, store.id, {
          event: 'store.updated',
          message: describeUpdate(input),
          actor: caller.actor,
          data: {
            name: input.name !== undefined,
            settings: input.settings ?? {},
            keys: rekeyed !== null,
          },
        });
        return readStoreView(sql, defaults, store.id);
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
    dismissFinding: (caller, { storeId, code, isDismissed }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireStore(sql, storeId);
        await setFindingDismissed(sql, storeId, { code, isDismissed });
        await appendStoreActivity(sql, caller.orgId, storeId, {
          event: isDismissed ? 'store.finding_dismissed' : 'store.finding_restored',
          message: `${isDismissed ? 'Dismissed' : 'Restored'} the warning “${code}” of the connection.`,
          actor: caller.actor,
          data: { code },
        });
        return readStoreView(sql, defaults, storeId);
      }),
    activity: (caller, { storeId, cursor, limit }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireStore(sql, storeId);
        const place = decodeCursor(cursor, ['row']);
        const before = place ? Number(place.row) : null;
        const entries = await listStoreActivity(sql, storeId, { before, limit: limit + 1 });
        const last = entries.length > limit ? entries[limit - 1] : undefined;
        return {
          items: entries.slice(0, limit),
          nextCursor: last ? encodeCursor({ row: String(last.id) }) : null,
        };
      }),
    tryConnection: async (_caller, input) =>
      toStoreDiagnosis(await examineStore(deps, input), new Date()),
    pause: (caller, { storeId, reason }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireStore(sql, storeId);
        if (await pauseStore(sql, storeId, { code: PAUSED_BY_PERSON, reason, by: caller.actor })) {
          await beginWaits(sql, storeId);
          await appendStoreActivity(sql, caller.orgId, storeId, {
            event: 'store.paused',
            message: `Paused: ${reason}`,
            actor: caller.actor,
          });
          await notifyActiveRun(sql, storeId);
        }
        return readStoreView(sql, defaults, storeId);
      }),
    resume: (caller, { storeId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireStore(sql, storeId);
        await endPause(sql, caller, storeId);
        await enqueueStoreJob(sql, 'store.webhooks', storeId);
        return readStoreView(sql, defaults, storeId);
      }),
    async resealKeys(caller) {
      const result = await rotateKeysOf(deps, caller.orgId);
      await database.withOrg(caller.orgId, (sql) => logResealing(sql, caller, result));
      return result;
    },
    async remove(caller, { storeId, confirmName }) {
      const store = await database.withOrg(caller.orgId, (sql) => requireStore(sql, storeId));
      if (confirmName !== undefined && confirmName.trim() !== store.name.trim())
        throw new SyncError('name_mismatch', `“${confirmName}” is not the name of the store.`);
      await takeWebhooksDown(deps, caller.orgId, storeId);
      return database.withOrg(caller.orgId, async (sql) => {
        const { name } = await requireStore(sql, storeId);
        await deleteStore(sql, storeId);
        // The store's own activity is removed with it.
        await appendOrganisationActivity(sql, caller.orgId, {
          event: 'store.removed',
          message: `Removed the store “${name}”, with its customers and runs.`,
          actor: caller.actor,
          data: { storeId },
        });
        return { storeId };
      });
    },
  };
}

/** Counts only: key ids are internal. */
function logResealing(
  sql: Sql,
  { orgId, actor }: Caller,
  { stores, resealed, current, unreadable, contended }: RotationResult,
): Promise<void> {
  const left = unreadable + contended;
  return appendOrganisationActivity(sql, orgId, {
    event: 'store.keys_resealed',
    message: `Re-encrypted store keys: ${resealed} re-encrypted, ${current} already current${left > 0 ? `, ${left} failed` : ''}.`,
    actor,
    data: { stores, resealed, current, unreadable, contended },
  });
}

/** Removes our webhooks from the store; must neither delay nor prevent the removal. */
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
    // The store is unavailable, paused or has other keys: it will disable webhooks that fail.
  } finally {
    await clients.close();
  }
}

/** What an update changes, in words; values of secrets are never named. */
function describeUpdate({ name, consumerKey, webLogin, settings }: UpdateInput): string {
  const parts = [
    ...(name === undefined ? [] : [`the name to “${name}”`]),
    ...(consumerKey === undefined ? [] : ['the API keys']),
    ...(webLogin === undefined ? [] : ['the web server login']),
    ...Object.entries(settings ?? {}).map(
      ([key, value]) =>
        `${key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} to ${value}`,
    ),
  ];
  return `Changed ${parts.join(', ') || 'nothing'}.`;
}

async function notifyActiveRun(sql: Sql, storeId: string): Promise<void> {
  const run = await findActiveRun(sql, storeId);
  if (run) await changeRunIfPresent(sql, run.id, async () => ({ result: undefined }));
}
