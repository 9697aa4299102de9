import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import {
  completeAuthorization,
  refuseAuthorization,
  findAuthorizationOwner,
  findShop,
  type AuthorizationRow,
  claimAuthorization,
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
export interface AuthorizationAnswer {
  nonce: string;
  consumerKey: string;
  consumerSecret: string;
}

/** `refused` says no more: whoever tries numbers learns nothing. */
export type AuthorizationResult = 'connected' | 'refused';

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
export async function receiveAuthorization(
  deps: StoreServiceDeps,
  { nonce, consumerKey, consumerSecret }: AuthorizationAnswer,
  mayStill: (orgId: string, personId: string) => Promise<boolean>,
): Promise<AuthorizationResult> {
  const { database } = deps;
  const nonceHash = hashNonce(nonce);
  const orgId = await database.withSystem((sql) => findAuthorizationOwner(sql, nonceHash));
  if (orgId === null) return 'refused';
  const authorization = await database.withOrg(orgId, (sql) => claimAuthorization(sql, nonceHash));
  if (!authorization) return 'refused';
  try {
    if (!(await mayStill(orgId, authorization.begunBy.id))) throw NOT_ALLOWED;
    const url = authorization.storeUrl;
    const signal = AbortSignal.timeout(TRIAL_MS);
    const tried = await tryKeys(deps, { url, consumerKey, consumerSecret }, signal);
    if (tried.connection.baseUrl !== authorization.storeUrl) throw OTHER_STORE;
    await database.withOrg(orgId, (sql) => connect(sql, deps, authorization, tried));
    return 'connected';
  } catch (error) {
    const refusal = refusalOf(error);
    await database.withOrg(orgId, (sql) =>
      refuseAuthorization(sql, authorization.id, 'verifying', refusal),
    );
    if (refusal === FAILED) throw error;
    return 'refused';
  }
}

/** Not `store.connect`: the store may be connected already, and then gets these keys. */
async function connect(
  sql: Sql,
  { keyring }: StoreServiceDeps,
  authorization: AuthorizationRow,
  tried: TriedConnection,
): Promise<void> {
  const caller: Caller = {
    orgId: authorization.orgId,
    actor: { type: 'user', ...authorization.begunBy },
  };
  const storeId =
    (await addStore(sql, keyring, caller, tried, authorization)) ??
    (await giveKnownStoreKeys(sql, keyring, caller, tried));
  // Also where somebody gave it up meanwhile: then nothing of this is kept.
  if (!(await completeAuthorization(sql, authorization.id, storeId))) throw GIVEN_UP;
}

async function giveKnownStoreKeys(
  sql: Sql,
  keyring: StoreServiceDeps['keyring'],
  caller: Caller,
  tried: TriedConnection,
): Promise<string> {
  const store = await findShop(sql, tried.connection);
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
class AuthorizationRefusal extends Error {
  override readonly name = 'AuthorizationRefusal';
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

const NOT_ALLOWED = new AuthorizationRefusal(
  'not_allowed',
  'Whoever began this may no longer connect stores here.',
);
const OTHER_STORE = new AuthorizationRefusal(
  'other_store',
  'The shop now leads to another address than when this began. Begin again with that address.',
);
const GIVEN_UP = new AuthorizationRefusal(
  'given_up',
  'This was given up before the shop answered.',
);

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
  if (error instanceof AuthorizationRefusal) return { code: error.code, reason: error.message };
  if (error instanceof WooError)
    return { code: error.code, reason: `${error.message} ${error.advice}` };
  if (error instanceof DOMException && error.name === 'TimeoutError') return TOO_SLOW;
  return FAILED;
}
