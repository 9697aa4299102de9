import type { AuthorizationScope } from '../domain/authorization-scope.ts';
import type { Finding } from '../domain/store-diagnosis.ts';
import type { Sql } from '@mantis-sync/db';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Caller } from '../domain/actor.ts';
import { mergeRunSettings } from '../domain/run-settings.ts';
import { SyncError } from '../domain/sync-error.ts';
import { findStoreByAddress } from '../sql/stores.ts';
import {
  refuseAuthorization,
  findAuthorization,
  type AuthorizationRow,
  insertAuthorization,
  sweepAuthorizations,
} from '../sql/authorizations.ts';
import type { FoundIndex } from '../woo/find-store-index.ts';
import { type SiteFacts, UNKNOWN_SITE } from '../woo/read-site.ts';
import { createSafeDispatcher } from '../woo/safe-connect.ts';
import type { WebLogin } from '../woo/store-request.ts';
import { WooError } from '../woo/woo-error.ts';
import {
  authorizeUrlOf,
  AUTHORIZATION_CALLBACK_PATH,
  objectionToCallback,
  objectionToOneClick,
} from './authorize-url.ts';
import { checkTimeZone } from './default-schedules.ts';
import { DIAGNOSIS_TIMEOUTS } from './diagnosis/diagnose-store.ts';
import { probeStore, type StoreProbe } from './diagnosis/probe-store.ts';
import {
  type AuthorizationAnswer,
  type AuthorizationResult,
  hashNonce,
  receiveAuthorization,
} from './receive-authorization.ts';
import type { StoreChoices, StoreServiceDeps } from './store-connection.ts';
import { openWebLogin, sealWebLogin } from './web-login.ts';

/** What is known about an address before there are keys. */
export interface ProbeView {
  findings: Finding[];
  /** The store's own address; null if no store can be reached. */
  url: string | null;
  /** The store's name and time zone, as it reports them. */
  site: SiteFacts;
  /** The organisation's existing store at this address, which would receive the new keys. */
  known: { storeId: string; name: string } | null;
  /** Whether the store can send its keys to us, otherwise why not. Null if there is no store. */
  oneClick: { isPossible: boolean; reason: string | null } | null;
}

export interface ProbeInput {
  url: string;
  /** Login of the web server in front of the store; none unless given. */
  webLogin?: WebLogin | undefined;
}

export interface BeginAuthorizationInput extends StoreChoices, ProbeInput {
  scope: AuthorizationScope;
}

/** An authorization, with the chosen settings of the store, as shown to the person who started it. */
export interface AuthorizationView extends Pick<
  AuthorizationRow,
  | 'id'
  | 'state'
  | 'storeId'
  | 'refusal'
  | 'name'
  | 'settings'
  | 'timeZone'
  | 'schedules'
  | 'scope'
  | 'expiresAt'
> {
  url: string;
}

/** A started authorization. */
export interface BegunAuthorization {
  authorizationId: string;
  /** The store's approval page. */
  authorizeUrl: string;
  expiresAt: Date;
}

/** A person; only they can see their authorizations. */
interface Person {
  id: string;
  name: string | null;
}

/** Connects a store through WooCommerce's wc-auth: its owner approves the access. */
export interface AuthorizationService {
  /** Probes an address without keys; saves nothing. */
  probe(caller: Caller, input: ProbeInput): Promise<ProbeView>;
  /**
   * Starts an authorization, which the store must answer within 15 minutes.
   * @param appName shown to the store's owner
   * @throws WooError that says why the store cannot be reached; SyncError `no_callback`, `invalid_schedule`
   */
  begin(
    caller: Caller,
    person: Person,
    appName: string,
    input: BeginAuthorizationInput,
  ): Promise<BegunAuthorization>;
  /** Starts again what a person started before, with the same choices. @throws like `begin`; SyncError `authorization_not_found` */
  repeat(
    caller: Caller,
    person: Person,
    appName: string,
    input: { authorizationId: string },
  ): Promise<BegunAuthorization>;
  /** @throws SyncError `authorization_not_found`, also for anyone who did not start it */
  get(
    caller: Caller,
    person: Person,
    input: { authorizationId: string },
  ): Promise<AuthorizationView>;
  /** Cancels a pending authorization; the store can no longer answer it. @throws SyncError `authorization_not_found` */
  cancel(
    caller: Caller,
    person: Person,
    input: { authorizationId: string },
  ): Promise<AuthorizationView>;
  /** See `receiveAuthorization`. */
  receive(
    answer: AuthorizationAnswer,
    mayStill: (orgId: string, personId: string) => Promise<boolean>,
  ): Promise<AuthorizationResult>;
}

export interface AuthorizationServiceDeps extends StoreServiceDeps {
  /** Address of the dashboard, to which the store redirects browsers. */
  publicUrl: string;
  /** Address at which stores reach us, as for webhooks; null if not configured. */
  callbackBase: string | null;
}

const LIFE_MS = 15 * 60_000;
/** Length of the random nonce in bytes. */
const NONCE_BYTES = 32;

export function createAuthorizationService(deps: AuthorizationServiceDeps): AuthorizationService {
  const { database, keyring, defaults, allowHosts, publicUrl, callbackBase } = deps;

  const objection = (index: FoundIndex) =>
    objectionToOneClick(index) ?? objectionToCallback(callbackBase, index.baseUrl, allowHosts);

  const find = ({ orgId }: Caller, person: Person, authorizationId: string) =>
    database.withOrg(orgId, (sql) => requireAuthorization(sql, authorizationId, person));

  async function begin(
    { orgId }: Caller,
    person: Person,
    appName: string,
    input: BeginAuthorizationInput,
  ): Promise<BegunAuthorization> {
    mergeRunSettings(defaults, input.settings ?? {});
    checkTimeZone(input.timeZone ?? 'UTC');
    const { index, error } = await lookAt(deps, input);
    if (!index) throw error ?? new WooError('unknown');
    const reason = objection(index);
    if (reason !== null || callbackBase === null) throw new SyncError('no_callback', reason ?? '');
    const nonce = randomBytes(NONCE_BYTES).toString('hex');
    const authorization = await database.withOrg(orgId, async (sql) => {
      await sweepAuthorizations(sql, index.baseUrl, person.id);
      const begun = newAuthorization(orgId, person, index.baseUrl, nonce, input);
      const webLogin = sealWebLogin(keyring, begun, input.webLogin);
      await insertAuthorization(sql, { ...begun, webLogin }, LIFE_MS);
      return requireAuthorization(sql, begun.id, person);
    });
    const authorizeUrl = authorizeUrlOf(index, {
      appName,
      scope: input.scope,
      nonce,
      returnUrl: `${publicUrl}/connect?grant=${authorization.id}`,
      callbackUrl: `${callbackBase}${AUTHORIZATION_CALLBACK_PATH}`,
    });
    return {
      authorizationId: authorization.id,
      authorizeUrl,
      expiresAt: authorization.expiresAt,
    };
  }

  return {
    async probe({ orgId }, input) {
      const { findings, index } = await lookAt(deps, input);
      if (!index) return { findings, url: null, site: UNKNOWN_SITE, known: null, oneClick: null };
      const known = await database.withOrg(orgId, (sql) => findStoreByAddress(sql, index));
      const reason = objection(index);
      return {
        findings,
        url: index.baseUrl,
        site: index.site,
        known: known && { storeId: known.id, name: known.name },
        oneClick: { isPossible: reason === null, reason },
      };
    },
    begin,
    async repeat(caller, person, appName, { authorizationId }) {
      const earlier = await find(caller, person, authorizationId);
      const { storeUrl: url, name, settings, timeZone, schedules, scope } = earlier;
      const webLogin = openWebLogin(keyring, earlier) ?? undefined;
      const input = { url, name, settings, timeZone, schedules, scope, webLogin };
      return begin(caller, person, appName, input);
    },
    get: async (caller, person, { authorizationId }) =>
      toView(await find(caller, person, authorizationId)),
    cancel: ({ orgId }, person, { authorizationId }) =>
      database.withOrg(orgId, async (sql) => {
        await requireAuthorization(sql, authorizationId, person);
        await refuseAuthorization(sql, authorizationId, 'waiting', DENIED);
        return toView(await requireAuthorization(sql, authorizationId, person));
      }),
    receive: (answer, mayStill) => receiveAuthorization(deps, answer, mayStill),
  };
}

const DENIED = {
  code: 'denied',
  reason: 'The store’s owner denied access; nothing was connected.',
};

async function lookAt(
  { allowHosts, ca }: AuthorizationServiceDeps,
  { url, webLogin }: ProbeInput,
): Promise<StoreProbe> {
  const dispatcher = createSafeDispatcher({ allowHosts, ...(ca === undefined ? {} : { ca }) });
  const timeouts = DIAGNOSIS_TIMEOUTS;
  try {
    return await probeStore({ url, webLogin, dispatcher, allowHosts, timeouts });
  } finally {
    await dispatcher.destroy();
  }
}

function newAuthorization(
  orgId: string,
  begunBy: Person,
  storeUrl: string,
  nonce: string,
  {
    name,
    settings = {},
    timeZone = 'UTC',
    schedules = 'quarter_hourly',
    scope,
  }: BeginAuthorizationInput,
) {
  const id = randomUUID();
  const nonceHash = hashNonce(nonce);
  return { id, orgId, begunBy, storeUrl, nonceHash, name, settings, timeZone, schedules, scope };
}

async function requireAuthorization(
  sql: Sql,
  authorizationId: string,
  person: Person,
): Promise<AuthorizationRow> {
  const authorization = await findAuthorization(sql, authorizationId, person.id);
  if (!authorization)
    throw new SyncError('authorization_not_found', 'This connection attempt does not exist.');
  return authorization;
}

function toView(row: AuthorizationRow): AuthorizationView {
  return {
    id: row.id,
    state: row.state,
    storeId: row.storeId,
    refusal: row.refusal,
    url: row.storeUrl,
    name: row.name,
    settings: row.settings,
    timeZone: row.timeZone,
    schedules: row.schedules,
    scope: row.scope,
    expiresAt: row.expiresAt,
  };
}
