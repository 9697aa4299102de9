import type { People } from './auth/create-people.ts';
import { readIdentity, type Identity, type IdentityDeps } from './auth/read-identity.ts';
import type {
  Caller,
  CustomerService,
  AuthorizationService,
  NotificationService,
  OrganisationService,
  ScheduleService,
  StoreService,
  SyncService,
  WebhookService,
} from '@mantis-sync/sync-core';
import type { Logger } from 'pino';
import type { LiveRuns } from './live/live-runs.ts';
import type { ShareRead } from './live/shared-reads.ts';
import type { StreamLimits } from './live/stream-limits.ts';
import type { WatchPace } from './live/watch-stream.ts';
import type { ApiMetrics } from './observe/api-metrics.ts';
import { type CallObserver, createCallObserver } from './observe/observe-calls.ts';

/** What procedures call. */
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

/** What all streams of a process have in common. */
export interface Streams {
  share: ShareRead;
  streamLimits: StreamLimits;
}

/** What procedures work with. The organisation comes from the session or the key alone. */
export interface Context extends Services, People, Streams {
  requestId: string;
  observe: CallObserver;
  /** Reads session or key the first time, and remembers. Null where neither is valid. */
  identify(): Promise<Identity | null>;
  /** Reads session or key again: whether it still stands for this organisation. */
  isStillValid(caller: Caller): Promise<boolean>;
}

export interface ContextDeps extends IdentityDeps, Services, People, Streams {
  log: Logger;
  metrics: ApiMetrics;
}

/** The context of one HTTP request, which may hold several calls. */
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
