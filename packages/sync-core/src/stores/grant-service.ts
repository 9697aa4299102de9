import { randomBytes } from 'node:crypto';
import type { Caller } from '../domain/actor.ts';
import { mergeRunSettings, type RunSettingsOverrides } from '../domain/run-settings.ts';
import type { SchedulePreset } from '../domain/schedule.ts';
import { SyncError } from '../domain/sync-error.ts';
import {
  endGrantRefused,
  findGrant,
  findStoreAt,
  type GrantRow,
  type GrantState,
  insertGrant,
  sweepGrants,
} from '../sql/stores.ts';
import { type SiteFacts, UNKNOWN_SITE } from '../woo/read-site.ts';
import { createSafeDispatcher } from '../woo/safe-connect.ts';
import { WooError } from '../woo/woo-error.ts';
import {
  authorizeUrlOf,
  GRANT_CALLBACK_PATH,
  type GrantScope,
  objectionToCallback,
} from './authorize-url.ts';
import { checkTimeZone } from './default-schedules.ts';
import { DOCTOR_TIMEOUTS } from './diagnosis/diagnose-store.ts';
import type { Finding } from './diagnosis/finding.ts';
import { probeStore, type StoreProbe } from './diagnosis/probe-store.ts';
import { type GrantAnswer, type GrantVerdict, hashNonce, receiveGrant } from './receive-grant.ts';
import type { StoreChoices, StoreServiceDeps } from './store-connection.ts';

/** What an address leads to, before there are keys. */
export interface ProbeView {
  findings: Finding[];
  /** The store's own address; null where no store can be reached. */
  url: string | null;
  /** What it calls itself, and its clock's zone. */
  site: SiteFacts;
  /** The organisation's store at this address, which new keys would be given to. */
  known: { storeId: string; name: string } | null;
  /** Whether the shop can send its keys to us; else why not. Null where there is no store. */
  oneClick: { isPossible: boolean; reason: string | null } | null;
}

export interface BeginGrantInput extends StoreChoices {
  url: string;
  scope: GrantScope;
}

/** What the person who began a grant sees of it. */
export interface GrantView {
  id: string;
  state: GrantState;
  storeId: string | null;
  refusal: { code: string; reason: string } | null;
  url: string;
  /** What was chosen for the store, to begin again with it. */
  name: string;
  settings: RunSettingsOverrides;
  timeZone: string;
  schedules: SchedulePreset;
  scope: GrantScope;
  expiresAt: Date;
}

/** A person; a grant is theirs alone. */
interface Person {
  id: string;
  name: string | null;
}

/** Connecting a store by its owner's word at the shop (WooCommerce's wc-auth). */
export interface GrantService {
  /** Looks at an address without keys; keeps nothing. */
  probe(caller: Caller, input: { url: string }): Promise<ProbeView>;
  /**
   * Begins a grant, which the shop has a quarter of an hour to answer.
   * @param appName what the shop shows its owner: who asks
   * @returns its id, and the shop's page on which to say yes
   * @throws WooError that says why the store cannot be reached; SyncError `no_callback`, `invalid_schedule`
   */
  begin(
    caller: Caller,
    person: Person,
    appName: string,
    input: BeginGrantInput,
  ): Promise<{ grantId: string; authorizeUrl: string; expiresAt: Date }>;
  /** @throws SyncError `grant_not_found`, also for whoever did not begin it */
  get(caller: Caller, person: Person, input: { grantId: string }): Promise<GrantView>;
  /** Gives a grant up that still waits: nobody can answer it any more. @throws SyncError `grant_not_found` */
  cancel(caller: Caller, person: Person, input: { grantId: string }): Promise<GrantView>;
  /** See `receiveGrant`. */
  receive(
    answer: GrantAnswer,
    mayStill: (orgId: string, personId: string) => Promise<boolean>,
  ): Promise<GrantVerdict>;
}

export interface GrantServiceDeps extends StoreServiceDeps {
  /** Where browsers find the dashboard, to which the shop sends them back. */
  publicUrl: string;
  /** Where stores reach us, as for webhooks; null where nobody has said. */
  callbackBase: string | null;
}

const LIFE_MS = 15 * 60_000;
/** Nobody guesses that. */
const NONCE_BYTES = 32;

export function createGrantService(deps: GrantServiceDeps): GrantService {
  const { database, defaults, allowHosts, publicUrl, callbackBase } = deps;

  const objection = (storeUrl: string) => objectionToCallback(callbackBase, storeUrl, allowHosts);

  return {
    async probe({ orgId }, { url }) {
      const { findings, index } = await lookAt(deps, url);
      if (!index) return { findings, url: null, site: UNKNOWN_SITE, known: null, oneClick: null };
      const known = await database.withOrg(orgId, (sql) => findStoreAt(sql, index.baseUrl));
      const reason = objection(index.baseUrl);
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
      const reason = objection(index.baseUrl);
      if (reason !== null || callbackBase === null)
        throw new SyncError('no_callback', reason ?? '');
      const nonce = randomBytes(NONCE_BYTES).toString('hex');
      const grant = await database.withOrg(orgId, async (sql) => {
        await sweepGrants(sql, index.baseUrl, person.id);
        const id = await insertGrant(
          sql,
          newGrant(orgId, person, index.baseUrl, nonce, input),
          LIFE_MS,
        );
        return mustFind(await findGrant(sql, id, person.id));
      });
      const authorizeUrl = authorizeUrlOf(index, {
        appName,
        scope: input.scope,
        nonce,
        returnUrl: `${publicUrl}/connect?grant=${grant.id}`,
        callbackUrl: `${callbackBase}${GRANT_CALLBACK_PATH}`,
      });
      return { grantId: grant.id, authorizeUrl, expiresAt: grant.expiresAt };
    },
    get: ({ orgId }, person, { grantId }) =>
      database.withOrg(orgId, async (sql) =>
        toView(mustFind(await findGrant(sql, grantId, person.id))),
      ),
    cancel: ({ orgId }, person, { grantId }) =>
      database.withOrg(orgId, async (sql) => {
        mustFind(await findGrant(sql, grantId, person.id));
        await endGrantRefused(sql, grantId, 'waiting', DENIED);
        return toView(mustFind(await findGrant(sql, grantId, person.id)));
      }),
    receive: (answer, mayStill) => receiveGrant(deps, answer, mayStill),
  };
}

const DENIED = { code: 'denied', reason: 'Access was denied at the shop; nothing was connected.' };

async function lookAt({ allowHosts, ca }: GrantServiceDeps, url: string): Promise<StoreProbe> {
  const dispatcher = createSafeDispatcher({ allowHosts, ...(ca === undefined ? {} : { ca }) });
  try {
    return await probeStore({ url, dispatcher, allowHosts, timeouts: DOCTOR_TIMEOUTS });
  } finally {
    await dispatcher.destroy();
  }
}

function newGrant(
  orgId: string,
  begunBy: Person,
  storeUrl: string,
  nonce: string,
  { name, settings = {}, timeZone = 'UTC', schedules = 'quarter_hourly', scope }: BeginGrantInput,
) {
  const nonceHash = hashNonce(nonce);
  return { orgId, begunBy, storeUrl, nonceHash, name, settings, timeZone, schedules, scope };
}

function mustFind(grant: GrantRow | null): GrantRow {
  if (!grant) throw new SyncError('grant_not_found', 'There is no such connection under way.');
  return grant;
}

function toView(grant: GrantRow): GrantView {
  const { id, state, storeId, refusal, storeUrl: url, name, settings, scope, expiresAt } = grant;
  const { timeZone, schedules } = grant;
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
