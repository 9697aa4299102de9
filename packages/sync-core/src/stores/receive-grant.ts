import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import {
  endGrantConnected,
  endGrantRefused,
  findGrantOwner,
  findStoreAt,
  type GrantRow,
  takeGrant,
} from '../sql/stores.ts';
import { WooError } from '../woo/woo-error.ts';
import {
  addStore,
  giveKeys,
  type StoreServiceDeps,
  type TriedConnection,
  tryKeys,
} from './store-connection.ts';

/** What a shop sends when its owner has said yes. */
export interface GrantAnswer {
  nonce: string;
  consumerKey: string;
  consumerSecret: string;
}

/** `refused` says no more: whoever tries numbers learns nothing. */
export type GrantVerdict = 'connected' | 'refused';

/** The shop waits for 60 s, and takes the keys back if there is no answer by then. */
const TRIAL_MS = 45_000;

export const hashNonce = (nonce: string): Buffer => createHash('sha256').update(nonce).digest();

/**
 * Takes the keys that a shop sends: uses the one-time number up, tries the keys on the shop with which
 * the grant began, and connects it, or gives it the new keys where it is connected already. Nothing of the
 * keys is kept before they have been tried.
 *
 * @param mayStill whether the person who began it may connect stores now
 * @throws DatabaseUnavailableError
 */
export async function receiveGrant(
  deps: StoreServiceDeps,
  { nonce, consumerKey, consumerSecret }: GrantAnswer,
  mayStill: (orgId: string, personId: string) => Promise<boolean>,
): Promise<GrantVerdict> {
  const { database } = deps;
  const nonceHash = hashNonce(nonce);
  const orgId = await database.withSystem((sql) => findGrantOwner(sql, nonceHash));
  if (orgId === null) return 'refused';
  const grant = await database.withOrg(orgId, (sql) => takeGrant(sql, nonceHash));
  if (!grant) return 'refused';
  try {
    if (!(await mayStill(orgId, grant.begunBy.id))) throw NOT_ALLOWED;
    const url = grant.storeUrl;
    const signal = AbortSignal.timeout(TRIAL_MS);
    const tried = await tryKeys(deps, { url, consumerKey, consumerSecret }, signal);
    if (tried.connection.baseUrl !== grant.storeUrl) throw OTHER_STORE;
    await database.withOrg(orgId, (sql) => connect(sql, deps, grant, tried));
    return 'connected';
  } catch (error) {
    const refusal = refusalOf(error);
    await database.withOrg(orgId, (sql) => endGrantRefused(sql, grant.id, 'verifying', refusal));
    if (refusal === FAILED) throw error;
    return 'refused';
  }
}

/** Not `store.connect`: the store may be connected already, and then gets these keys. */
async function connect(
  sql: Sql,
  { keyring }: StoreServiceDeps,
  grant: GrantRow,
  tried: TriedConnection,
): Promise<void> {
  const caller: Caller = { orgId: grant.orgId, actor: { type: 'user', ...grant.begunBy } };
  const storeId =
    (await addStore(sql, keyring, caller, tried, grant)) ??
    (await giveKnownStoreKeys(sql, keyring, caller, tried));
  // Also where somebody gave it up meanwhile: then nothing of this is kept.
  if (!(await endGrantConnected(sql, grant.id, storeId))) throw GIVEN_UP;
}

async function giveKnownStoreKeys(
  sql: Sql,
  keyring: StoreServiceDeps['keyring'],
  caller: Caller,
  tried: TriedConnection,
): Promise<string> {
  const store = await findStoreAt(sql, tried.connection.baseUrl);
  if (!store) throw GIVEN_UP;
  await giveKeys(sql, keyring, caller, store, tried);
  await appendStoreActivity(sql, caller.orgId, store.id, {
    event: 'store.updated',
    message: 'The store has new keys, granted at the shop.',
    actor: caller.actor,
    data: { name: false, settings: {}, keys: true },
  });
  return store.id;
}

/** Why a grant came to nothing, for the person who began it. */
class GrantRefusal extends Error {
  override readonly name = 'GrantRefusal';
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

const NOT_ALLOWED = new GrantRefusal(
  'not_allowed',
  'Whoever began this may no longer connect stores here.',
);
const OTHER_STORE = new GrantRefusal(
  'other_store',
  'The shop now leads to another address than when this began. Begin again with that address.',
);
const GIVEN_UP = new GrantRefusal('given_up', 'This was given up before the shop answered.');

const FAILED = {
  code: 'failed',
  reason: 'Something went wrong on our side; the shop took its keys back. Try again.',
};
const TOO_SLOW = {
  code: 'too_slow',
  reason:
    'The shop did not answer in time while it waited for us: it may have a single PHP process. Make keys by hand instead.',
};

function refusalOf(error: unknown): { code: string; reason: string } {
  if (error instanceof GrantRefusal) return { code: error.code, reason: error.message };
  if (error instanceof WooError)
    return { code: error.code, reason: `${error.message} ${error.advice}` };
  if (error instanceof DOMException && error.name === 'TimeoutError') return TOO_SLOW;
  return FAILED;
}
