import { countOf } from '../domain/count-words.ts';
import type { Swept } from '../platform/swept.ts';
import type { Database, Sql } from '@mantis-sync/db';
import { MAX_LINE_CRASHES } from '../domain/retry-policy.ts';
import { isTerminal } from '../domain/state-machine.ts';
import { failpoint } from '../platform/failpoint.ts';
import { changeRunIfPresent } from '../runs/change-run.ts';
import type { ActivityEntry } from '../sql/activity.ts';
import {
  abandonDiscovery,
  countIdleWakeup,
  findIdleRuns,
  findStalledRuns,
  reclaimDiscovery,
  reclaimLines,
  removeDeadWorkers,
  tryLockSweep,
} from '../sql/leases.ts';
import { enqueueStoreJob } from '../sql/jobs.ts';
import { requireAction } from '../sql/runs.ts';
import { findUndiagnosedStores } from '../sql/stores.ts';
import { findForgottenDeliveries } from '../sql/deliveries.ts';
import { wakeWebhookRun } from '../webhooks/webhook-run.ts';
import type { RunJob } from './job.ts';

/** Crashes on one page after which the run needs a decision. */
const MAX_DISCOVERY_CRASHES = 3;

/** An idle run is woken after each quarter of the time after which it counts as stuck. */
const IDLE_PARTS = 4;

const NOTHING_RECLAIMED = { lines: 0, discoveries: 0 };
const NOTHING = { deadWorkers: [], stalled: [], idle: [], forgotten: [], undiagnosed: [] };

export interface SweepOptions {
  /** Milliseconds without a heartbeat after which a worker counts as dead. */
  deadAfterMs: number;
  /** Milliseconds without a change after which a run with work to do is woken. */
  idleMs: number;
  /** Milliseconds without progress, and three wake-ups without effect, after which a run needs a decision. */
  stuckMs: number;
  /** Ends it early; the next sweep does the rest. */
  signal?: AbortSignal | undefined;
}

/**
 * Wakes idle runs, and diagnoses paused stores whose diagnosis was lost. Jobs are only wake-ups: what must run
 * is derived from the tables, whatever became of its job. One sweep runs at a time.
 */
export async function sweep(database: Database, options: SweepOptions): Promise<Swept> {
  const found = await database.withSystem(async (sql) => {
    if (!(await tryLockSweep(sql))) return NOTHING;
    const deadWorkers = await removeDeadWorkers(sql, options.deadAfterMs);
    return {
      deadWorkers,
      stalled: await findStalledRuns(sql, { idleMs: options.idleMs, limit: 200 }),
      idle: await findIdleRuns(sql, { quietMs: options.stuckMs / IDLE_PARTS, limit: 200 }),
      forgotten: await findForgottenDeliveries(sql),
      undiagnosed: await findUndiagnosedStores(sql),
    };
  });
  failpoint('sweep.dead_removed');
  const isOver = () => options.signal?.aborted === true;
  const reclaimed = { lines: 0, discoveries: 0 };
  for (const run of found.stalled) {
    if (isOver()) break;
    const taken = await database.withOrg(run.orgId, (sql) => recoverRun(sql, run));
    reclaimed.lines += taken.lines;
    reclaimed.discoveries += taken.discoveries;
  }
  let stuck = 0;
  for (const run of found.idle) {
    if (isOver()) break;
    if (await database.withOrg(run.orgId, (sql) => decideIdle(sql, run, options.stuckMs)))
      stuck += 1;
  }
  for (const { orgId, storeId } of found.forgotten)
    await database.withOrg(orgId, (sql) => wakeWebhookRun(sql, orgId, storeId));
  for (const { orgId, storeId } of found.undiagnosed)
    await database.withOrg(orgId, (sql) => enqueueStoreJob(sql, 'store.diagnose', storeId));
  return { deadWorkers: found.deadWorkers, rescheduled: found.stalled.length, reclaimed, stuck };
}

async function recoverRun(sql: Sql, { runId }: RunJob): Promise<Swept['reclaimed']> {
  const reclaimed = await changeRunIfPresent(sql, runId, async (run) => {
    if (isTerminal(run.state)) return { result: NOTHING_RECLAIMED, notify: false };
    const entries: ActivityEntry[] = [];
    const crashCount = await reclaimDiscovery(sql, runId);
    if (crashCount !== null) entries.push(await decideAfterCrash(sql, runId, crashCount));
    const lines = await reclaimLines(sql, runId, MAX_LINE_CRASHES);
    entries.push(...describeReclaimed(lines));
    failpoint('sweep.reclaimed');
    return {
      result: {
        lines: lines.returned + lines.failed.length,
        discoveries: crashCount === null ? 0 : 1,
      },
      activity: entries,
      enqueue: 'needed',
      notify: entries.length > 0,
    };
  });
  return reclaimed ?? NOTHING_RECLAIMED;
}

/**
 * Wakes an idle run, and marks it as stuck after three wake-ups without effect. It is still woken afterwards:
 * the first progress clears the mark (`mantis.derive_queue`).
 *
 * @returns whether the run is marked now
 */
async function decideIdle(sql: Sql, { runId }: RunJob, stuckMs: number): Promise<boolean> {
  const isStuck = await changeRunIfPresent(sql, runId, async (run) => {
    const unchanged = { result: false, notify: false };
    if (isTerminal(run.state)) return unchanged;
    const idle = await countIdleWakeup(sql, runId, stuckMs / IDLE_PARTS);
    if (!idle) return unchanged;
    if (run.action || idle.wakeups < IDLE_PARTS || idle.idleMs < stuckMs)
      return { ...unchanged, enqueue: 'needed' };
    const minutes = Math.floor(idle.idleMs / 60_000);
    const reason =
      `No progress for ${countOf(minutes, 'minute')}, although the run was woken ${countOf(idle.wakeups - 1, 'time')}. ` +
      'Check the workers’ logs and the database, then retry, or force the run done.';
    await requireAction(sql, runId, { code: 'stuck', reason });
    return {
      result: true,
      activity: [{ event: 'run.stuck', level: 'error', message: reason, data: idle }],
      enqueue: 'needed',
    };
  });
  return isStuck ?? false;
}

function describeReclaimed({
  returned,
  failed,
}: Awaited<ReturnType<typeof reclaimLines>>): ActivityEntry[] {
  const entries: ActivityEntry[] = failed.map(({ position, wooCustomerId }) => ({
    event: 'line.failed',
    level: 'error',
    message:
      `${wooCustomerId === null ? `Line ${position}` : `Customer ${wooCustomerId}`} failed: ` +
      `${MAX_LINE_CRASHES} workers crashed or took too long while processing it.`,
    data: { position, wooCustomerId, code: 'worker_died' },
  }));
  if (returned === 0) return entries;
  entries.push({
    event: 'lines.reclaimed',
    level: 'warning',
    message: `A worker crashed or took too long while processing ${countOf(returned, 'customer')}; each is retried alone.`,
    data: { returned },
  });
  return entries;
}

async function decideAfterCrash(
  sql: Sql,
  runId: string,
  crashCount: number,
): Promise<ActivityEntry> {
  if (crashCount < MAX_DISCOVERY_CRASHES) {
    return {
      event: 'discovery.reclaimed',
      level: 'warning',
      message: 'A worker crashed while reading the store’s list; another one continues.',
      data: { crashCount },
    };
  }
  const reason =
    `${crashCount} workers in a row crashed on the same page of this store's list. ` +
    'Check the workers’ logs, then retry with override, or force the run done.';
  await abandonDiscovery(sql, runId, reason);
  return { event: 'discovery.failed', level: 'error', message: reason, data: { crashCount } };
}
