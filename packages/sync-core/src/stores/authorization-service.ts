import type { AuthorizationScope } from '../domain/authorization-scope.ts';
import type { Finding } from '../domain/store-diagnosis.ts';
import { randomBytes } from 'node:crypto';
import type { Caller } from '../domain/actor.ts';
import { mergeRunSettings, type RunSettingsOverrides } from '../domain/run-settings.ts';
import type { SchedulePreset } from '../domain/schedule.ts';
import { SyncError } from '../domain/sync-error.ts';
import { findStoreByAddress } from '../sql/stores.ts';
import {
  refuseAuthorization,
  findAuthorization,
  type AuthorizationRow,
  type AuthorizationState,
  insertAuthorization,
  sweepAuthorizations,
} from '../sql/authorizations.ts';
import type { FoundIndex } from '../woo/find-store-index.ts';
import { type SiteFacts, UNKNOWN_SITE } from '../woo/read-site.ts';
import { createSafeDispatcher } from '../woo/safe-connect.ts';
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

export interface BeginAuthorizationInput extends StoreChoices {
  url: string;
  scope: AuthorizationScope;
}

/** An authorization as shown to the person who started it. */
export interface AuthorizationView {
  id: string;
  state: AuthorizationState;
  storeId: string | null;
  refusal: { code: string; reason: string } | null;
  url: string;
  /** The chosen settings of the store, to start again with them. */
  name: string;
  settings: RunSettingsOverrides;
  timeZone: string;
  schedules: SchedulePreset;
  scope: AuthorizationScope;
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
  probe(caller: Caller, input: { url: string }): Promise<ProbeView>;
  /**
   * Starts an authorization, which the store must answer within 15 minutes.
   * @param appName shown to the store's owner
   * @returns its id, and the address of the store's approval page
   * @throws WooError that says why the store cannot be reached; SyncError `no_callback`, `invalid_schedule`
   */
  begin(
    caller: Caller,
    person: Person,
    appName: string,
    input: BeginAuthorizationInput,
  ): Promise<{ authorizationId: string; authorizeUrl: string; expiresAt: Date }>;
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
  const { database, defaults, allowHosts, publicUrl, callbackBase } = deps;

  const objection = (index: FoundIndex) =>
    objectionToOneClick(index) ?? objectionToCallback(callbackBase, index.baseUrl, allowHosts);

  return {
    async probe({ orgId }, { url }) {
      const { findings, index } = await lookAt(deps, url);
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
    async begin({ orgId }, person, appName, input) {
      mergeRunSettings(defaults, input.settings ?? {});
      checkTimeZone(input.timeZone ?? 'UTC');
      const { index, error } = await lookAt(deps, input.url);
      if (!index) throw error ?? new WooError('unknown');
      const reason = objection(index);
      if (reason !== null || callbackBase === null)
        throw new SyncError('no_callback', reason ?? '');
      const nonce = randomBytes(NONCE_BYTES).toString('hex');
      const authorization = await database.withOrg(orgId, async (sql) => {
        await sweepAuthorizations(sql, index.baseUrl, person.id);
        const id = await insertAuthorization(
          sql,
          newAuthorization(orgId, person, index.baseUrl, nonce, input),
          LIFE_MS,
        );
        return requireAuthorization(await findAuthorization(sql, id, person.id));
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
    },
    get: ({ orgId }, person, { authorizationId }) =>
      database.withOrg(orgId, async (sql) =>
        toView(requireAuthorization(await findAuthorization(sql, authorizationId, person.id))),
      ),
    cancel: ({ orgId }, person, { authorizationId }) =>
      database.withOrg(orgId, async (sql) => {
        requireAuthorization(await findAuthorization(sql, authorizationId, person.id));
        await refuseAuthorization(sql, authorizationId, 'waiting', DENIED);
        return toView(
          requireAuthorization(await findAuthorization(sql, authorizationId, person.id)),
        );
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
  url: string,
): Promise<StoreProbe> {
  const dispatcher = createSafeDispatcher({ allowHosts, ...(ca === undefined ? {} : { ca }) });
  try {
    return await probeStore({ url, dispatcher, allowHosts, timeouts: DIAGNOSIS_TIMEOUTS });
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
  const nonceHash = hashNonce(nonce);
  return { orgId, begunBy, storeUrl, nonceHash, name, settings, timeZone, schedules, scope };
}

function requireAuthorization(authorization: AuthorizationRow | null): AuthorizationRow {
  if (!authorization)
    throw new SyncError('authorization_not_found', 'This connection attempt does not exist.');
  return authorization;
}

function toView(authorization: AuthorizationRow): AuthorizationView {
  const {
    id,
    state,
    storeId,
    refusal,
    storeUrl: url,
    name,
    settings,
    scope,
    expiresAt,
  } = authorization;
  const { timeZone, schedules } = authorization;
  return {
    id,
    state,
    storeId,
    refusal,
    url,
    name,
    settings,
    timeZone,
    schedules,
    scope,
    expiresAt,
  };
}
