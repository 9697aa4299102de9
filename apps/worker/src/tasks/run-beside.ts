import { createFairShare, SLICES_AT_ONCE } from '@mantis-sync/sync-core';
import type { JobHelpers, Task, TaskList } from 'graphile-worker';
import type { Logger } from 'pino';
import { z } from 'zod';

/** Tasks that mostly wait for stores. Their jobs have two flags: `store`, and the organisation's id. */
const WAITING_TASKS = ['sync.discover', 'sync.process', 'store.webhooks', 'store.diagnose'];
const STORE_FLAG = 'store';

const ownerSchema = z.object({ orgId: z.string() });

export interface TasksBeside {
  taskList: TaskList;
  /** Flags of jobs without capacity: the runner leaves them to other workers, or for later. */
  flagsToLeave(): string[];
  /** Resolves once all running tasks have ended; waiting ones are enqueued again. */
  idle(): Promise<unknown>;
}

export interface BesideOptions {
  stopping: AbortSignal;
  /** Whether to start no further tasks. */
  isBusy(): boolean;
  log: Logger;
}

/**
 * Runs tasks that wait for stores beside the job runner, whose few slots slow stores would occupy. Their job
 * is complete as soon as the task is accepted. That loses no work: a job is only a wake-up, and the sweep
 * wakes the runs of a dead worker and finds diagnoses that are missing.
 *
 * Organisations share the capacity fairly, with some reserved for one more: stores that never respond delay
 * no other organisation.
 */
export function runBeside(tasks: TaskList, { stopping, isBusy, log }: BesideOptions): TasksBeside {
  const share = createFairShare({ places: SLICES_AT_ONCE, reservesPlaces: true });
  const running = new Set<Promise<void>>();

  async function run(task: Task, payload: unknown, helpers: JobHelpers): Promise<void> {
    const release = await share.take(ownerSchema.safeParse(payload).data?.orgId ?? '');
    try {
      await (stopping.aborted ? addAgain(payload, helpers, 0) : task(payload, helpers));
    } catch (error) {
      const { task_identifier: name, attempts } = helpers.job;
      log.warn({ task: name, attempt: attempts, err: error }, 'job failed');
      await addAgain(payload, helpers, Math.exp(attempts) * 1_000).catch(() => undefined);
    } finally {
      release();
    }
  }

  const taskList: TaskList = { ...tasks };
  for (const name of WAITING_TASKS) {
    const task = tasks[name];
    if (!task) continue;
    taskList[name] = (payload, helpers) => {
      const work = run(task, payload, helpers).finally(() => running.delete(work));
      running.add(work);
    };
  }
  return {
    taskList,
    flagsToLeave: () =>
      isBusy() || share.load().taken >= SLICES_AT_ONCE ? [STORE_FLAG] : share.fullOwners(),
    idle: () => Promise.all(running),
  };
}

/** Enqueues a job again, as the job runner does after a failure. A newer job with the same key is unaffected. */
async function addAgain(
  payload: unknown,
  { job, addJob }: JobHelpers,
  delayMs: number,
): Promise<void> {
  const left = job.max_attempts - job.attempts;
  if (left <= 0) return;
  await addJob(job.task_identifier, payload, {
    runAt: new Date(Date.now() + delayMs),
    maxAttempts: left,
    flags: Object.keys(job.flags ?? {}),
    ...(job.key !== null && { jobKey: job.key, jobKeyMode: 'preserve_run_at' }),
  });
}
