import { setTimeout as wait } from 'node:timers/promises';
import { isConnectionFailure } from '@mantis-sync/db';
import { backoffMs } from '@mantis-sync/db/backoff';
import { DATABASE_BACKOFF } from '@mantis-sync/sync-core';
import { createWorker, type Worker, type WorkerOptions } from './create-worker.ts';

/**
 * Keeps a worker running across database outages: graphile-worker stops permanently if it cannot complete a
 * job, so a new one is started as soon as the database is back. Each has its own worker id.
 *
 * @throws Error if the first one cannot start
 */
export async function superviseWorker(options: WorkerOptions): Promise<Worker> {
  const { log } = options;
  const stopping = new AbortController();
  const failed = Promise.withResolvers<Error>();
  const abandoned: Promise<void>[] = [];
  let current = await createWorker(options);
  const keeping = keep();

  async function keep(): Promise<void> {
    for (;;) {
      const error = await current.failed;
      if (stopping.signal.aborted) return;
      if (!isConnectionFailure(error.cause)) return failed.resolve(error);
      log.warn({ err: error }, 'lost the database: a new worker starts once it is back');
      // Not awaited: its running jobs may take a while to notice.
      abandoned.push(current.abandon());
      const next = await createOnceReachable();
      if (!next) return;
      current = next;
    }
  }

  async function createOnceReachable(): Promise<Worker | null> {
    for (let failures = 1; ; failures++) {
      await wait(backoffMs(DATABASE_BACKOFF, failures), undefined, {
        signal: stopping.signal,
      }).catch(() => undefined);
      if (stopping.signal.aborted) return null;
      try {
        return await createWorker(options);
      } catch (error) {
        if (isConnectionFailure(error)) continue;
        failed.resolve(new Error('the worker cannot restart', { cause: error }));
        return null;
      }
    }
  }

  async function end(how: 'stop' | 'abandon'): Promise<void> {
    stopping.abort();
    const first = current;
    await first[how]();
    await keeping;
    // A worker that was created during the stop.
    if (current !== first) await current[how]();
    await Promise.all(abandoned);
  }

  return {
    get id() {
      return current.id;
    },
    failed: failed.promise,
    stop: () => end('stop'),
    abandon: () => end('abandon'),
  };
}
