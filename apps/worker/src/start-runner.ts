import { EventEmitter } from 'node:events';
import {
  type ParsedCronItem,
  run,
  type Runner,
  type RunnerOptions,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type { Logger } from 'pino';

/** How often graphile-worker checks for due jobs, in milliseconds. */
const POLL_MS = 1_000;

/** The runner and its pool's id, under which graphile-worker locks jobs. */
export async function startRunner(
  options: Pick<RunnerOptions, 'pgPool' | 'concurrency' | 'logger' | 'forbiddenFlags'>,
  taskList: TaskList,
  parsedCronItems: ParsedCronItem[],
  log: Logger,
): Promise<{ runner: Runner; poolId: string }> {
  const events: WorkerEvents = new EventEmitter();
  let poolId = '';
  events.on('pool:create', ({ workerPool }) => {
    poolId = workerPool.id;
  });
  events.on('job:error', ({ job, error }) =>
    log.warn({ task: job.task_identifier, attempt: job.attempts, err: error }, 'job failed'),
  );
  const runner = await run({
    ...options,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    events,
    taskList,
    parsedCronItems,
  });
  return { runner, poolId };
}
