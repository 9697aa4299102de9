import type { SyncService, SyncWorker } from '@mantis-sync/sync-core';
import type { TaskList } from 'graphile-worker';
import {
  forceDonePayload,
  retryPayload,
  runPayload,
  startPayload,
  storePayload,
} from './job-payloads.ts';
import { type TakeDeps, takeJob } from './take-job.ts';

/** Recurring tasks over all stores. */
export interface Housekeeping {
  sweep: () => Promise<void>;
  tick: () => Promise<void>;
  retain: () => Promise<void>;
  checkWebhooks: () => Promise<void>;
}

export interface TaskDeps extends TakeDeps {
  sync: SyncService;
  housekeeping: Housekeeping;
  /** Resolves once the worker is registered; jobs of runs wait for it. */
  ready: Promise<SyncWorker>;
  /** Aborts when the worker stops: a time slice then ends after the current batch. */
  stopping: AbortSignal;
}

/** The tasks of this worker: those added by apps, those enqueued by runs, and recurring ones. */
export function createTaskList(deps: TaskDeps): TaskList {
  const { sync, housekeeping, ready, stopping } = deps;
  return {
    'sync.start': takeJob(deps, 'sync.start', startPayload, (payload, caller) => {
      const { storeId, kind, idempotencyKey, settings } = payload;
      return sync.start(caller, { storeId, kind, idempotencyKey, settings });
    }),
    'sync.retry': takeJob(deps, 'sync.retry', retryPayload, ({ runId, override }, caller) =>
      sync.retry(caller, { runId, override }),
    ),
    'sync.force_done': takeJob(deps, 'sync.force_done', forceDonePayload, (payload, caller) =>
      sync.forceDone(caller, { runId: payload.runId, reason: payload.reason }),
    ),
    'sync.discover': takeJob(deps, 'sync.discover', runPayload, async (job) =>
      (await ready).discover(job, stopping),
    ),
    'sync.process': takeJob(deps, 'sync.process', runPayload, async (job) =>
      (await ready).process(job, stopping),
    ),
    'store.webhooks': takeJob(deps, 'store.webhooks', storePayload, async (job) =>
      (await ready).ensureWebhooks(job, stopping),
    ),
    'store.diagnose': takeJob(deps, 'store.diagnose', storePayload, async (job) =>
      (await ready).diagnose(job, stopping),
    ),
    'sync.sweep': housekeeping.sweep,
    'webhooks.check': housekeeping.checkWebhooks,
    'schedule.tick': housekeeping.tick,
    'retention.sweep': housekeeping.retain,
  };
}
