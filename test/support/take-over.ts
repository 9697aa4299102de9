import { expect } from 'vitest';
import type { World } from './open-world.ts';
import type { WorkerProcess } from './start-worker.ts';
import { until } from './until.ts';

/** Waits until a worker has crashed at its failpoint. */
export async function untilKilled(worker: WorkerProcess): Promise<void> {
  expect(await untilEnded(worker)).toEqual([null, 'SIGKILL']);
}

/** Exit code and signal of a worker. */
export async function untilEnded(
  worker: WorkerProcess,
): Promise<[number | null, NodeJS.Signals | null]> {
  let end: [number | null, NodeJS.Signals | null] | undefined;
  void worker.ended.then((how) => (end = how));
  return until('the end of a worker', () => end);
}

/** Makes a crashed worker count as dead immediately, so that others need not wait eight seconds. */
export async function countAsDead({ db }: World): Promise<void> {
  await db.admin.query(
    `update sync_worker set heartbeat_at = clock_timestamp() - interval '1 minute'`,
  );
}

/** Lines of a run by their attempts. */
export async function triesOf(
  { db }: World,
  runId: string,
): Promise<
  { wooId: number; state: string; attempts: number; deaths: number; code: string | null }[]
> {
  const { rows } = await db.admin.query<{
    wooId: number;
    state: string;
    attempts: number;
    deaths: number;
    code: string | null;
  }>(
    `select woo_customer_id as "wooId", state, attempts, deaths, error_code as code
       from woo_customer_sync_queue_line where queue_id = $1 order by position`,
    [runId],
  );
  return rows;
}
