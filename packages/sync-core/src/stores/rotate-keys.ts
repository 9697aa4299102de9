import type { SealedSecret } from '../platform/sealed-secret.ts';
import type { Database, Sql } from '@mantis-sync/db';
import {
  findChannel,
  listOrganisationsToNotify,
  listWebhookChannels,
  resealChannel,
} from '../sql/channels.ts';
import { findStore } from '../sql/stores.ts';
import {
  listStoreNames,
  resealStoreKeys,
  resealWebhookSecret,
  type StoreName,
} from '../sql/store-keys.ts';
import { findEndpoint } from '../sql/webhooks.ts';
import { type Keyring, SecretError, type SecretOwner } from './keyring.ts';

/** The result of a key rotation; counts only. */
export interface RotationResult {
  stores: number;
  /** Secrets (a store's keys, a webhook's secret, a notification channel's address) that were re-encrypted. */
  resealed: number;
  /** Secrets already encrypted with the active key. */
  current: number;
  /** Secrets that no key of the key ring decrypts; they are left unchanged. */
  unreadable: number;
  /** Secrets changed by others during every attempt; run the rotation again. */
  contended: number;
  /** Number of secrets by key. A key that is not listed can be removed. */
  keysInUse: Record<string, number>;
}

export interface RotationDeps {
  database: Database;
  keyring: Keyring;
}

type Outcome = 'resealed' | 'current' | 'unreadable' | 'contended';

const PAGE = 500;
const MAX_TRIES = 3;

/**
 * Re-encrypts every secret of every store and notification channel with the active key. Each secret is one transaction that changes it
 * only if it was not changed since it was read, so the rotation can run in normal operation, be interrupted,
 * and be repeated.
 */
export function rotateKeys(deps: RotationDeps): Promise<RotationResult> {
  return rotateAll(
    deps,
    (after) => deps.database.withSystem((sql) => listStoreNames(sql, after, PAGE)),
    () => deps.database.withSystem(listOrganisationsToNotify),
  );
}

/** The same for the stores and channels of one organisation. */
export function rotateKeysOf(deps: RotationDeps, orgId: string): Promise<RotationResult> {
  return rotateAll(
    deps,
    (after) => deps.database.withOrg(orgId, (sql) => listStoreNames(sql, after, PAGE)),
    () => Promise.resolve([orgId]),
  );
}

async function rotateAll(
  deps: RotationDeps,
  listFrom: (after: string | null) => Promise<StoreName[]>,
  listOrganisations: () => Promise<string[]>,
): Promise<RotationResult> {
  const result: RotationResult = {
    stores: 0,
    resealed: 0,
    current: 0,
    unreadable: 0,
    contended: 0,
    keysInUse: {},
  };
  let page = await listFrom(null);
  while (page.length > 0) {
    for (const store of page) await rotateStore(deps, store, result);
    page = await listFrom(page.at(-1)?.storeId ?? null);
  }
  for (const orgId of await listOrganisations()) await rotateChannels(deps, orgId, result);
  return result;
}

async function rotateChannels(
  deps: RotationDeps,
  orgId: string,
  result: RotationResult,
): Promise<void> {
  for (const { id } of await deps.database.withOrg(orgId, listWebhookChannels))
    count(result, await untilUncontended(deps, { orgId, storeId: id }, resealAddress));
}

async function rotateStore(
  deps: RotationDeps,
  store: StoreName,
  result: RotationResult,
): Promise<void> {
  result.stores++;
  for (const reseal of [resealKeys, resealWebhook])
    count(result, await untilUncontended(deps, store, reseal));
}

function count(result: RotationResult, resealed: Resealed | null): void {
  if (resealed === null) return;
  result[resealed.outcome]++;
  result.keysInUse[resealed.keyId] = (result.keysInUse[resealed.keyId] ?? 0) + 1;
}

interface Resealed {
  outcome: Outcome;
  /** The key that encrypts it now. */
  keyId: string;
}

type Reseal = (sql: Sql, keyring: Keyring, store: StoreName) => Promise<Resealed | null>;

async function untilUncontended(
  { database, keyring }: RotationDeps,
  store: StoreName,
  reseal: Reseal,
): Promise<Resealed | null> {
  let last: Resealed | null = null;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    last = await database.withOrg(store.orgId, (sql) => reseal(sql, keyring, store));
    if (last?.outcome !== 'contended') break;
  }
  return last;
}

/** Null if the store is gone. */
async function resealKeys(sql: Sql, keyring: Keyring, name: StoreName): Promise<Resealed | null> {
  const store = await findStore(sql, name.storeId);
  if (!store) return null;
  const keyId = store.cipherKeyId;
  if (keyId === keyring.activeKeyId) return { outcome: 'current', keyId };
  const before = {
    consumerKey: { keyId, cipher: store.consumerKeyCipher },
    consumerSecret: { keyId, cipher: store.consumerSecretCipher },
    webLogin: store.webLoginCipher && { keyId, cipher: store.webLoginCipher },
  };
  const consumerKey = sealWithActiveKey(keyring, before.consumerKey, {
    ...name,
    field: 'consumer_key',
  });
  const consumerSecret = sealWithActiveKey(keyring, before.consumerSecret, {
    ...name,
    field: 'consumer_secret',
  });
  const webLogin =
    before.webLogin && sealWithActiveKey(keyring, before.webLogin, { ...name, field: 'web_login' });
  if (!consumerKey || !consumerSecret || (before.webLogin && !webLogin))
    return { outcome: 'unreadable', keyId };
  const isChanged = await resealStoreKeys(sql, name.storeId, before, {
    consumerKey,
    consumerSecret,
    webLogin,
  });
  return isChanged
    ? { outcome: 'resealed', keyId: keyring.activeKeyId }
    : { outcome: 'contended', keyId };
}

/** Null if the store has no webhooks. */
async function resealWebhook(
  sql: Sql,
  keyring: Keyring,
  name: StoreName,
): Promise<Resealed | null> {
  const before = (await findEndpoint(sql, name.storeId))?.secret;
  if (!before) return null;
  if (before.keyId === keyring.activeKeyId) return { outcome: 'current', keyId: before.keyId };
  const after = sealWithActiveKey(keyring, before, { ...name, field: 'webhook_secret' });
  if (!after) return { outcome: 'unreadable', keyId: before.keyId };
  return (await resealWebhookSecret(sql, name.storeId, before, after))
    ? { outcome: 'resealed', keyId: after.keyId }
    : { outcome: 'contended', keyId: before.keyId };
}

/** Null if the channel is gone. @param name its id takes the place of a store's */
async function resealAddress(
  sql: Sql,
  keyring: Keyring,
  name: StoreName,
): Promise<Resealed | null> {
  const before = (await findChannel(sql, name.storeId))?.url;
  if (!before) return null;
  if (before.keyId === keyring.activeKeyId) return { outcome: 'current', keyId: before.keyId };
  const after = sealWithActiveKey(keyring, before, { ...name, field: 'notification_url' });
  if (!after) return { outcome: 'unreadable', keyId: before.keyId };
  return (await resealChannel(sql, name.storeId, before, after))
    ? { outcome: 'resealed', keyId: after.keyId }
    : { outcome: 'contended', keyId: before.keyId };
}

function sealWithActiveKey(
  keyring: Keyring,
  sealed: SealedSecret,
  owner: SecretOwner,
): SealedSecret | null {
  try {
    return keyring.seal(keyring.open(sealed, owner), owner);
  } catch (error) {
    if (error instanceof SecretError) return null;
    throw error;
  }
}
