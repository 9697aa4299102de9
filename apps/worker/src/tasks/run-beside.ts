import { createFairShare, STORES_AT_ONCE } from '@mantis-sync/sync-core';
import type { JobHelpers, Task, TaskList } from 'graphile-worker';
import type { Logger } from 'pino';
import { z } from 'zod';

/** Tasks that wait for stores most of their time. */
const WAITING_TASKS: readonly string[] = [
  'sync.discover',
  'sync.process',
  'store.webhooks',
  'store.diagnose',
];

const ownerSchema = z.object({ orgId: z.string() });

export interface TasksBeside {
  taskList: TaskList;
  /** Resolves once what is running has ended; what waits for its turn does not begin once `stopping` aborts. */
  idle(): Promise<unknown>;
}

/**
 * Runs tasks that wait for stores beside the job runner: it has a few places only, which slow stores would
 * take. Its job is done as soon as the task is accepted. That loses nothing: a job is only a wake-up call,
 * and the sweep wakes a run again whose worker went away.
 *
 * Each organisation has a share, and room for one more is always kept: a store that never answers delays
 * nobody else.
 */
export function runBeside(
  tasks: TaskList,
  { stopping, log }: { stopping: AbortSignal; log: Logger },
): TasksBeside {
  const share = createFairShare({ room: STORES_AT_ONCE, keepsRoom: true });
  const running = new Set<Promise<void>>();
  const accepted = new Set<string>();

  async function run(task: Task, payload: unknown, helpers: JobHelpers): Promise<void> {
    const key = helpers.job.key ?? helpers.job.id;
    // It has not begun yet, so it will see whatever this call is about.
    if (accepted.has(key)) return;
    accepted.add(key);
    const owner = ownerSchema.safeParse(payload).data?.orgId ?? '';
    try {
      await share.run(owner, async () => {
        accepted.delete(key);
        if (!stopping.aborted) await task(payload, helpers);
      });
    } catch (error) {
      const { task_identifier: name, attempts } = helpers.job;
      log.warn({ task: name, attempt: attempts, err: error }, 'job failed');
      await retryLater(payload, helpers).catch(() => undefined);
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
  return { taskList, idle: () => Promise.all(running) };
}

/** As the job runner does it with a job that failed. */
async function retryLater(payload: unknown, { job, addJob }: JobHelpers): Promise<void> {
  const left = job.max_attempts - job.attempts;
  if (left <= 0) return;
  await addJob(job.task_identifier, payload, {
    runAt: new Date(Date.now() + Math.exp(job.attempts) * 1_000),
    maxAttempts: left,
    ...(job.key !== null && { jobKey: job.key }),
  });
}
