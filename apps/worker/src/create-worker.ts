import { hostname } from 'node:os';
import { createDatabase, createPool, type Database, type Pool, poolUse } from '@mantis-sync/db';
import {
  createSyncService,
  createSyncWorker,
  type Keyring,
  type RunSettings,
  shareDatabase,
  type SyncWorker,
  workerTiming,
} from '@mantis-sync/sync-core';
import { Logger, type ParsedCronItem, parseCronItems } from 'graphile-worker';
import type { Logger as PinoLogger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { createHousekeeping } from './create-housekeeping.ts';
import { createNotifier } from './create-notifier.ts';
import { CRON_ITEMS } from './crontab.ts';
import { installJobs } from './install-jobs.ts';
import { openWorkerUtils } from './open-worker-utils.ts';
import { repeat } from './repeat.ts';
import { startRunner } from './start-runner.ts';
import { observeTasks } from './tasks/observe-tasks.ts';
import { runBeside } from './tasks/run-beside.ts';
import { createTaskList } from './tasks/task-list.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

export interface WorkerOptions {
  databaseUrl: string;
  /** A login for tenant data only; databaseUrl unless given. */
  tenantDatabaseUrl?: string;
  keyring: Keyring;
  allowStoreHosts: readonly string[];
  /** PEM of further certificate authorities. */
  storeCa?: string | undefined;
  /** Address at which stores reach us with webhooks; null if they cannot. */
  webhookUrl: string | null;
  /** Address of the dashboard, for links in notifications. */
  publicUrl: string;
  /** Null if no notification mail is sent. */
  smtp: { url: string; from: string } | null;
  /** Settings of scheduled runs, unless the store overrides them. */
  runSettings: RunSettings;
  /** Retention in days for organisations without a setting. */
  retentionDays: number;
  /** Recurring jobs of the operator's own crontab. */
  cronItems?: readonly ParsedCronItem[] | undefined;
  /** How long a run may make no progress before it needs a decision, in milliseconds; ten minutes unless given. */
  stuckMs?: number | undefined;
  /** Milliseconds without a heartbeat after which others take over; eight seconds unless given. */
  deadAfterMs?: number | undefined;
  /** Maximum number of concurrent transactions; the worker waits for hundreds of stores meanwhile. */
  concurrency: number;
  /** No metrics unless given. */
  metrics?: WorkerMetrics | undefined;
  /** Whether tracing is set up. */
  tracing?: boolean | undefined;
  log: PinoLogger;
}

export interface Worker {
  readonly id: string;
  /** Resolves if the job runner ends without having been stopped: its process should then exit. */
  readonly failed: Promise<Error>;
  /** Finishes the current batches, releases the rest, and deregisters. */
  stop(): Promise<void>;
  /** Releases everything, as far as the database allows; other workers take over the rest. */
  abandon(): Promise<void>;
}

/** Connections of the job runner: one listens, the others fetch and complete jobs. */
const JOB_CONNECTIONS = 3;

/** Concurrent jobs of the runner itself; jobs that wait for stores run beside it. */
const JOBS_AT_ONCE = 3;

/** How often schedules are checked, in milliseconds. */
const TICK_MS = 15_000;

/** How often to look for stores with webhooks due for a check, in milliseconds. */
const WEBHOOK_LOOK_MS = 60_000;

/** How often to check for notifications, in milliseconds. */
const NOTIFY_MS = 15_000;

/**
 * Runs the tasks under graphile-worker, with heartbeat and sweep beside it.
 * @throws if the database is unavailable; nothing is left open then
 */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const connections = openConnections(options);
  try {
    return await startOn(connections, options);
  } catch (error) {
    await connections.close();
    throw error;
  }
}

interface Connections {
  /** For everything except heartbeats. */
  database: Database;
  /** One connection of its own, so that a busy worker does not count as dead. */
  heartbeats: Database;
  /** Our own pool: graphile-worker stops handling its pool's errors before the pool has ended. */
  jobPool: Pool;
  close(): Promise<unknown>;
}

function openConnections(options: WorkerOptions): Connections {
  const { databaseUrl: url, tenantDatabaseUrl = url, concurrency, log } = options;
  const open = (max: number, applicationName: string) =>
    createDatabase({
      url: tenantDatabaseUrl,
      max,
      applicationName,
      // A worker frozen in the middle of a transaction must not block its successor.
      idleInTransactionTimeoutMs: 5_000,
      log,
    });
  const database = shareDatabase(open(concurrency, 'mantis-worker'), concurrency);
  const heartbeats = open(1, 'mantis-heartbeat');
  const jobPool = createPool({
    url,
    max: JOB_CONNECTIONS,
    applicationName: 'mantis-jobs',
    log,
  });
  return {
    database,
    heartbeats,
    jobPool,
    close: () => Promise.all([jobPool.end(), database.close(), heartbeats.close()]),
  };
}

async function startOn(connections: Connections, options: WorkerOptions): Promise<Worker> {
  const { database, jobPool } = connections;
  const { log, concurrency } = options;
  const logger = new Logger(() => (level, message) => log.debug({ level }, message));
  const utils = await openWorkerUtils({ pgPool: jobPool, logger });
  await installJobs(utils);

  const stopping = new AbortController();
  const ready = Promise.withResolvers<SyncWorker>();
  const housekeeping = createHousekeeping({
    ...options,
    database,
    utils,
    ready: ready.promise,
    stopping: stopping.signal,
  });
  const { sweep, tick, checkWebhooks } = housekeeping;
  const notifier = createNotifier(options, database);
  // With more transactions waiting than it has connections, another worker is sooner done with a job.
  const isBusy = () => worker?.isBusy() === true || database.poolUse().waiting > concurrency;
  const beside = runBeside(
    observeTasks(
      createTaskList({
        database,
        log,
        sync: createSyncService({ database, defaults: options.runSettings }),
        housekeeping,
        ready: ready.promise,
        stopping: stopping.signal,
      }),
      options.metrics,
    ),
    { stopping: stopping.signal, isBusy, log },
  );
  let worker: SyncWorker | undefined;
  const { runner, poolId } = await startRunner(
    { pgPool: jobPool, concurrency: JOBS_AT_ONCE, logger, forbiddenFlags: beside.flagsToLeave },
    beside.taskList,
    [...parseCronItems(CRON_ITEMS), ...(options.cronItems ?? [])],
    log,
  );
  const registered = createRegisteredWorker(options, connections, poolId);
  worker = registered;
  const { heartbeatMs, sweepMs } = workerTiming(options.deadAfterMs);
  const heartbeats = repeat(() => registered.heartbeat(), heartbeatMs, log, 'heartbeat');
  try {
    await registered.heartbeat();
    ready.resolve(registered);
  } catch (error) {
    ready.promise.catch(() => undefined);
    ready.reject(error);
    await heartbeats.stop();
    await runner.stop().catch(() => undefined);
    throw error;
  }
  const repeated = [
    // Continues immediately with the work of a dead predecessor.
    repeat(sweep, sweepMs, log, 'sweep', { atOnce: true }),
    repeat(tick, TICK_MS, log, 'schedules'),
    // Stores connected before the job runner's tables existed have no job.
    repeat(checkWebhooks, WEBHOOK_LOOK_MS, log, 'webhooks', { atOnce: true }),
    repeat(() => notifier.notify(), NOTIFY_MS, log, 'notifications'),
  ];
  options.metrics?.measure({
    work: () => database.poolUse(),
    jobs: () => poolUse(jobPool),
  });
  log.info({ worker: poolId, concurrency }, 'worker ready');

  return {
    id: poolId,
    failed: runner.promise.then(
      () => new Error('the job runner ended unexpectedly'),
      (error: unknown) => new Error('the job runner failed', { cause: error }),
    ),
    async stop() {
      stopping.abort();
      await Promise.all(repeated.map((each) => each.stop()));
      await runner.stop();
      await beside.idle();
      await heartbeats.stop();
      await registered.close();
      await notifier.close();
      await utils.release();
      await connections.close();
    },
    async abandon() {
      stopping.abort();
      await runner.stop().catch(() => undefined);
      await beside.idle();
      await registered.close().catch(() => undefined);
      await notifier.close();
      await Promise.all([heartbeats, ...repeated].map((each) => each.stop()));
      await utils.forceUnlockWorkers([poolId]).catch(() => undefined);
      await connections.close().catch(() => undefined);
    },
  };
}

function createRegisteredWorker(
  options: WorkerOptions,
  { database, heartbeats }: Connections,
  id: string,
): SyncWorker {
  return createSyncWorker({
    database,
    heartbeats,
    keyring: options.keyring,
    worker: { id, host: hostname(), version: packageJson.version },
    allowHosts: options.allowStoreHosts,
    ca: options.storeCa,
    webhookUrl: options.webhookUrl,
    defaults: options.runSettings,
    deadAfterMs: options.deadAfterMs,
    stuckMs: options.stuckMs,
    log: options.log,
    metrics: options.metrics?.sync,
    tracing: options.tracing,
  });
}
