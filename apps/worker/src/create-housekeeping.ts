import type { Database } from '@mantis-sync/db';
import {
  type RunSettings,
  sweepRetention,
  type SyncWorker,
  tickSchedules,
} from '@mantis-sync/sync-core';
import type { WorkerUtils } from 'graphile-worker';
import type { Logger } from 'pino';
import type { Housekeeping } from './tasks/task-list.ts';

/** Rows that one sweep removes at most; the next one, an hour later, continues. */
const RETENTION_ROWS = 200_000;

interface HousekeepingDeps {
  database: Database;
  utils: WorkerUtils;
  /** The worker, once it is registered. */
  ready: Promise<SyncWorker>;
  stopping: AbortSignal;
  runSettings: RunSettings;
  /** Of organisations that chose no retention period. */
  retentionDays: number;
  log: Logger;
}

/** The regular work that no run asks for: recovery, schedules, retention, checks of webhooks. */
export function createHousekeeping({
  database,
  utils,
  ready,
  stopping,
  runSettings,
  retentionDays,
  log,
}: HousekeepingDeps): Housekeeping {
  return {
    async sweep() {
      const { deadWorkers, rescheduled, stuck } = await (await ready).sweep(stopping);
      if (rescheduled > 0) log.info({ runs: rescheduled }, 'rescheduled runs without progress');
      if (stuck > 0) log.error({ runs: stuck }, 'runs are stuck and need a decision');
      if (deadWorkers.length === 0) return;
      log.warn({ deadWorkers }, 'took over from dead workers');
      // graphile-worker itself would keep their jobs locked for four hours.
      await utils.forceUnlockWorkers(deadWorkers);
    },
    async tick() {
      const started = await tickSchedules({ database, defaults: runSettings, log });
      if (started > 0) log.info({ runs: started }, 'started scheduled runs');
    },
    async retain() {
      const removed = await sweepRetention(database, {
        defaultDays: retentionDays,
        maxRows: RETENTION_ROWS,
        signal: stopping,
      });
      if (removed > 0) log.info({ rows: removed }, 'removed expired rows');
    },
    async checkWebhooks() {
      await (await ready).checkWebhooks();
    },
  };
}
