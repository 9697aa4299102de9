import { acceptQueueId } from '@mantis-sync/sync-core';
import { logContext } from '@mantis-sync/telemetry';
import type { Task, TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { WorkerMetrics } from '../worker-metrics.ts';

/** The ids in a payload; each task validates its own. */
const idsSchema = z.object({
  orgId: z.string().optional(),
  storeId: z.string().optional(),
  runId: z.string().optional(),
});

/** The same tasks with timing, and with their ids in the log. */
export function observeTasks(tasks: TaskList, metrics: WorkerMetrics | undefined): TaskList {
  const observed: TaskList = {};
  for (const [name, task] of Object.entries(tasks) as [string, Task][])
    observed[name] = (payload, helpers) =>
      observe(name, payload, metrics, async () => task(payload, helpers));
  return observed;
}

async function observe<T>(
  task: string,
  payload: unknown,
  metrics: WorkerMetrics | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const ids = idsSchema.safeParse(acceptQueueId(payload)).data ?? {};
  const startedAt = performance.now();
  const done = (outcome: 'ok' | 'failed') => {
    const seconds = (performance.now() - startedAt) / 1000;
    metrics?.jobDone({ task, outcome, seconds });
  };
  try {
    const result = await logContext.run({ task, ...ids }, work);
    done('ok');
    return result;
  } catch (error) {
    done('failed');
    throw error;
  }
}
