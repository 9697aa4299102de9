import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '@mantis-sync/db';
import { SpanKind } from '@opentelemetry/api';
import { SYSTEM_ACTOR } from '../domain/actor.ts';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../domain/run-settings.ts';
import { silentSyncLog, type SyncLog } from '../platform/sync-log.ts';
import { silentSyncMetrics, type SyncMetrics } from '../platform/sync-metrics.ts';
import { inSpan } from '../platform/trace.ts';
import { enqueueStoreJob } from '../sql/jobs.ts';
import { heartbeat, DEAD_AFTER_MS, deregister, type WorkerIdentity } from '../sql/leases.ts';
import { findTraceParent } from '../sql/runs.ts';
import { findUncheckedStores } from '../sql/webhooks.ts';
import { diagnoseStore } from '../stores/diagnosis/diagnose-store.ts';
import type { Keyring } from '../stores/keyring.ts';
import { createStoreClients } from '../stores/store-clients.ts';
import { ensureWebhooks } from '../webhooks/ensure-webhooks.ts';
import type { Timeouts } from '../woo/send-request.ts';
import { discoverRun } from './discovery/discover.ts';
import type { StoreJob } from '../domain/store-job.ts';
import { createDatabaseClock } from './database-clock.ts';
import { createFairShare } from './fair-share.ts';
import type { RunJob, WorkDeps } from './job.ts';
import { processRun } from './processing/process.ts';
import { createTimeSlice } from './time-slice.ts';
import type { Swept } from '../platform/swept.ts';
import { sweep } from './sweep.ts';

export interface SyncWorkerOptions {
  database: Database;
  keyring: Keyring;
  worker: WorkerIdentity;
  allowHosts: readonly string[];
  ca?: string | undefined;
  /** Timeouts of requests to stores. */
  timeouts?: Partial<Timeouts> | undefined;
  /** Address at which stores reach us with webhooks; null if they cannot. */
  webhookUrl?: string | null;
  /** Settings of automatic runs, unless the store overrides them. */
  defaults?: RunSettings;
  log?: SyncLog;
  metrics?: SyncMetrics | undefined;
  /** Whether tracing is set up: each job then reads the trace that its run began in. */
  tracing?: boolean | undefined;
  /** A connection for heartbeats only, so that no work delays them; `database` unless given. */
  heartbeats?: Database | undefined;
  /** Milliseconds without a heartbeat after which others take over; `DEAD_AFTER_MS` unless given. */
  deadAfterMs?: number | undefined;
  /** How long a run may make no progress before it needs a decision, in milliseconds. */
  stuckMs?: number | undefined;
}

/** The work on runs. The scheduler only has to call these when a job is due. */
export interface SyncWorker {
  discover(job: RunJob, signal: AbortSignal): Promise<void>;
  process(job: RunJob, signal: AbortSignal): Promise<void>;
  /** @param signal ends it early; the next sweep does the rest */
  sweep(signal?: AbortSignal): Promise<Swept>;
  /** Checks and repairs the webhooks of a store. @throws WooError if it is overloaded */
  ensureWebhooks(job: StoreJob, signal: AbortSignal): Promise<void>;
  /** Diagnoses a store and saves the result. */
  diagnose(job: StoreJob, signal: AbortSignal): Promise<void>;
  /** Enqueues a check for every store whose webhooks were not checked recently. */
  checkWebhooks(): Promise<number>;
  /** Whether many responses wait to be read, so that no further stores should be asked. */
  isBusy(): boolean;
  /** Must be called every `heartbeatMs` of its timing; the worker's leases depend on it. */
  heartbeat(): Promise<void>;
  /** Waits for running jobs, then deregisters, so that others need not wait until it counts as dead. */
  close(): Promise<void>;
}

/** Interval of webhook checks in milliseconds: WooCommerce disables webhooks silently. */
const WEBHOOK_CHECK_MS = 30 * 60_000;
/** Maximum number of pages in memory, of up to a megabyte each; enough to keep all connections busy. */
const ANSWERS_AT_ONCE = 32;
const IDLE_MS = 5_000;
const STUCK_MS = 10 * 60_000;
/** Longer than the longest request (30 s) and the statements around it. */
const LEASE_MS = 60_000;

/** Intervals of a worker's heartbeat and of its check for dead workers. */
export interface WorkerTiming {
  heartbeatMs: number;
  sweepMs: number;
}

/** Four heartbeats fit into the time after which a silent worker counts as dead. */
export function workerTiming(deadAfterMs: number = DEAD_AFTER_MS): WorkerTiming {
  return { heartbeatMs: deadAfterMs / 4, sweepMs: (deadAfterMs * 3) / 8 };
}

export function createSyncWorker(options: SyncWorkerOptions): SyncWorker {
  const { database, worker, log = silentSyncLog, metrics = silentSyncMetrics } = options;
  const heartbeats = options.heartbeats ?? database;
  const clock = createDatabaseClock();
  const clients = createStoreClients({ ...options, now: clock.now });
  const answers = createFairShare({ places: ANSWERS_AT_ONCE, reservesPlaces: true });
  const deps: WorkDeps = {
    database,
    clients,
    answers,
    workerId: worker.id,
    timeSliceMs: createTimeSlice(database, Date.now),
    leaseMs: LEASE_MS,
    clock: clock.now,
    random: Math.random,
    sleep: (ms, signal) => wait(ms, undefined, { signal }),
    log,
    metrics,
  };
  const running = createRunningJobs();

  /** A time slice is a span of the trace that its run began in. */
  async function inJob(name: string, job: RunJob, work: () => Promise<void>): Promise<void> {
    if (!options.tracing) return work();
    const parent = await database.withOrg(job.orgId, (sql) => findTraceParent(sql, job.runId));
    const attributes = { 'mantis.org': job.orgId, 'mantis.queue': job.runId };
    return inSpan(name, { kind: SpanKind.CONSUMER, attributes, parent }, work);
  }

  return {
    discover: (job, signal) =>
      running.track(inJob('sync.discover', job, () => discoverRun(deps, job, signal))),
    process: (job, signal) =>
      running.track(inJob('sync.process', job, () => processRun(deps, job, signal))),
    ensureWebhooks: (job, signal) =>
      ensureWebhooks(
        {
          database,
          clients,
          keyring: options.keyring,
          webhookUrl: options.webhookUrl ?? null,
          defaults: options.defaults ?? DEFAULT_RUN_SETTINGS,
        },
        job,
        signal,
      ),
    async diagnose(job, signal) {
      await diagnoseStore({ database, clients }, job, SYSTEM_ACTOR, signal);
    },
    async checkWebhooks() {
      const stores = await database.withSystem((sql) => findUncheckedStores(sql, WEBHOOK_CHECK_MS));
      for (const { orgId, storeId } of stores)
        await database.withOrg(orgId, (sql) => enqueueStoreJob(sql, 'store.webhooks', storeId));
      return stores.length;
    },
    async sweep(signal) {
      const swept = await sweep(database, {
        deadAfterMs: options.deadAfterMs ?? DEAD_AFTER_MS,
        idleMs: IDLE_MS,
        stuckMs: options.stuckMs ?? STUCK_MS,
        signal,
      });
      metrics.swept(swept);
      return swept;
    },
    isBusy: () => answers.load().waiting >= ANSWERS_AT_ONCE,
    heartbeat: () =>
      heartbeats.withSystem(async (sql) => {
        const askedAt = performance.now();
        clock.set(await heartbeat(sql, worker), askedAt);
      }),
    async close() {
      await running.idle();
      await clients.close();
      await database.withSystem((sql) => deregister(sql, worker.id));
    },
  };
}

/** Running jobs. */
function createRunningJobs() {
  const pending = new Set<Promise<void>>();
  return {
    async track(work: Promise<void>): Promise<void> {
      pending.add(work);
      try {
        await work;
      } finally {
        pending.delete(work);
      }
    },
    idle: () => Promise.allSettled(pending),
  };
}
