import type { People } from './auth/create-people.ts';
import { readIdentity, type Identity, type IdentityDeps } from './auth/read-identity.ts';
import type {
  Caller,
  CustomerService,
  AuthorizationService,
  NotificationService,
  OrganisationService,
  ScheduleService,
  ShareCall,
  StoreService,
  SyncService,
  WebhookService,
} from '@mantis-sync/sync-core';
import type { Logger } from 'pino';
import type { LiveRuns } from './live/live-runs.ts';
import type { StreamLimits } from './live/stream-limits.ts';
import type { WatchPace } from './live/watch-runs.ts';
import type { ApiMetrics } from './observe/api-metrics.ts';
import { type CallObserver, createCallObserver } from './observe/observe-calls.ts';

/** The services that procedures call. */
export interface Services {
  sync: SyncService;
  stores: StoreService;
  authorizations: AuthorizationService;
  schedules: ScheduleService;
  customers: CustomerService;
  organisations: OrganisationService;
  webhooks: WebhookService;
  notifications: NotificationService;
  live: LiveRuns;
  pace: WatchPace;
}

/** Shared by all streams of a process. */
export interface Streams {
  share: ShareCall;
  streamLimits: StreamLimits;
}

/** The context of procedures. The organisation comes from the session or key only. */
export interface Context extends Services, People, Streams {
  requestId: string;
  observe: CallObserver;
  /** Reads the session or key on the first call and caches it. Null if neither is valid. */
  identify(): Promise<Identity | null>;
  /** Reads the session or key again: whether it is still valid for this organisation. */
  isStillValid(caller: Caller): Promise<boolean>;
}

export interface ContextDeps extends IdentityDeps, Services, People, Streams {
  log: Logger;
  metrics: ApiMetrics;
}

/** Creates the context of one HTTP request, which may contain several calls. */
export function createContext(deps: ContextDeps, requestId: string, headers: Headers): Context {
  const { sync, stores, authorizations, schedules, customers, organisations, webhooks } = deps;
  const { notifications, live, pace } = deps;
  const { share, streamLimits } = deps;
  const { accounts, invitations, members, keys, calls, signInOptions, database } = deps;
  let identity: Promise<Identity | null> | undefined;
  return {
    requestId,
    observe: createCallObserver(deps, requestId, headers),
    sync,
    stores,
    authorizations,
    schedules,
    customers,
    organisations,
    webhooks,
    notifications,
    accounts,
    invitations,
    members,
    keys,
    calls,
    signInOptions,
    database,
    live,
    pace,
    share,
    streamLimits,
    identify: () => (identity ??= readIdentity(deps, headers)),
    async isStillValid(caller) {
      const now = await readIdentity(deps, headers);
      return now?.caller?.orgId === caller.orgId;
    },
  };
}
