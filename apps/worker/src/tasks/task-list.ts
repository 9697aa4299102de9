import type { SyncWorker } from '@mantis-sync/sync-core';
import type { TaskList } from 'graphile-worker';
import { parseRunJob, parseStoreJob } from './job-payload.ts';

/** What each task is called with. The payload of a job is checked when it is taken. */
declare global {
  namespace GraphileWorker {
    interface Tasks {
      'sync.discover': { orgId: string; queueId: string };
      'sync.process': { orgId: string; queueId: string };
      'sync.sweep': Record<string, never>;
      'store.webhooks': { orgId: string; storeId: string };
      'store.diagnose': { orgId: string; storeId: string };
      'webhooks.check': Record<string, never>;
      'schedule.tick': Record<string, never>;
      'retention.sweep': Record<string, never>;
    }
  }
}

/** What is done for all stores, again and again. */
export interface Housekeeping {
  sweep: () => Promise<void>;
  tick: () => Promise<void>;
  retain: () => Promise<void>;
  checkWebhooks: () => Promise<void>;
}

/**
 * The tasks of this worker.
 *
 * @param ready settles once the worker is signed on; jobs wait for it
 * @param stopping aborts when the worker is to stop: a slice then ends after the batch in hand
 */
export function createTaskList(
  ready: Promise<SyncWorker>,
  housekeeping: Housekeeping,
  stopping: AbortSignal,
): TaskList {
  return {
    'sync.discover': async (payload) => (await ready).discover(parseRunJob(payload), stopping),
    'sync.process': async (payload) => (await ready).process(parseRunJob(payload), stopping),
    'sync.sweep': housekeeping.sweep,
    'store.webhooks': async (payload) =>
      (await ready).ensureWebhooks(parseStoreJob(payload), stopping),
    'store.diagnose': async (payload) => (await ready).diagnose(parseStoreJob(payload), stopping),
    'webhooks.check': housekeeping.checkWebhooks,
    'schedule.tick': housekeeping.tick,
    'retention.sweep': housekeeping.retain,
  };
}
