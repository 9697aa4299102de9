import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import { toOperatorMessage } from '../domain/operator-message.ts';
import type { Caller } from '../domain/actor.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import { findStoreByAddress } from '../sql/stores.ts';
import {
  completeAuthorization,
  refuseAuthorization,
  findAuthorizationOwner,
  type AuthorizationRow,
  claimAuthorization,
} from '../sql/authorizations.ts';
import { WooError } from '../woo/woo-error.ts';
import {
  addStore,
  giveKeys,
  type StoreServiceDeps,
  type TriedConnection,
  tryKeys,
} from './store-connection.ts';
import { openWebLogin } from './web-login.ts';

/** What a store sends after its owner approved. */
export interface AuthorizationAnswer {
  nonce: string;
  consumerKey: string;
  consumerSecret: string;
}

/** `refused` without a reason: guessing a nonce must reveal nothing. */
export type AuthorizationResult = 'connected' | 'refused';

/** The store waits for 60 s, and revokes the keys if there is no response by then. */
const TRIAL_MS = 45_000;

export const hashNonce = (nonce: string): Buffer => createHash('sha256').update(nonce).digest();

/**
 * Receives the keys that a store sends: consumes the nonce, tests the keys against the store that the
 * authorization was started for, and connects it, or replaces its keys if it is already connected. No keys are
 * stored before they were tested.
 *
 * @param mayStill whether the person who started it may still connect stores
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
    const webLogin = openWebLogin(deps.keyring, authorization);
    const signal = AbortSignal.timeout(TRIAL_MS);
    const tried = await tryKeys(deps, { url, consumerKey, consumerSecret, webLogin }, signal);
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

/** Unlike `store.connect`, accepts a store that is already connected, and replaces its keys. */
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
  // Also if it was cancelled meanwhile: nothing is stored then.
  if (!(await completeAuthorization(sql, authorization.id, storeId))) throw GIVEN_UP;
}

async function giveKnownStoreKeys(
  sql: Sql,
  keyring: StoreServiceDeps['keyring'],
  caller: Caller,
  tried: TriedConnection,
): Promise<string> {
  const store = await findStoreByAddress(sql, tried.connection);
  if (!store) throw GIVEN_UP;
  await giveKeys(sql, keyring, caller, store, tried);
  await appendStoreActivity(sql, caller.orgId, store.id, {
    event: 'store.updated',
    message: 'The store’s owner approved new keys.',
    actor: caller.actor,
    data: { name: false, settings: {}, keys: true },
  });
  return store.id;
}

/** Why an authorization failed, for the person who started it. */
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
  'The person who started this may no longer connect stores.',
);
const OTHER_STORE = new AuthorizationRefusal(
  'other_store',
  'The store’s address has changed since this was started. Start again with the new address.',
);
const GIVEN_UP = new AuthorizationRefusal(
  'given_up',
  'This was cancelled before the store responded.',
);

const FAILED = {
  code: 'failed',
  reason: 'An internal error occurred; the store revoked the keys. Try again.',
};
const TOO_SLOW = {
  code: 'too_slow',
  reason:
    'The store did not respond while it waited for us: it may have only one PHP process. Create keys by hand instead.',
};

function refusalOf(error: unknown): { code: string; reason: string } {
  if (error instanceof AuthorizationRefusal) return { code: error.code, reason: error.message };
  if (error instanceof WooError) return { code: error.code, reason: toOperatorMessage(error) };
  if (error instanceof DOMException && error.name === 'TimeoutError') return TOO_SLOW;
  return FAILED;
}
