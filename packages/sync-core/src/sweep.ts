import type { Database, Sql } from '@mantis-sync/db';
import { isTerminal } from './domain/queue-state.ts';
import type { RunJob } from './job.ts';
import { recordEnd } from './record-end.ts';
import { type ActivityEntry, appendActivity } from './store/append-activity.ts';
import { findForgottenDeliveries } from './store/deliveries.ts';
import { findStalledQueues, tryLockSweep } from './store/find-stalled-queues.ts';
import { hint } from './store/hint.ts';
import { lockQueue } from './store/lock-queue.ts';
import { abandonDiscovery, reclaimDiscovery, reclaimLines } from './store/reclaim-leases.ts';
import { ring } from './store/ring.ts';
import { wakeWebhookRun } from './webhooks/webhook-run.ts';
import { removeDeadWorkers } from './store/worker-heartbeat.ts';

/** Deaths of workers on one page after which a person is asked. */
const MAX_DISCOVERY_DEATHS = 3;

export interface SweepOptions {
  /** Milliseconds without a heartbeat after which a worker counts as dead. */
  deadAfterMs: number;
  /** Milliseconds without a change after which a run that has work to do is rung for again. */
  idleMs: number;
}

export interface Swept {
  deadWorkers: string[];
  pushed: number;
}

/**
 * Puts runs that stand still back to work. The tables are the truth and the scheduler only a bell: what
 * must run is derived from them anew, whatever became of its job. One sweep runs at a time.
 */
export async function sweep(database: Database, options: SweepOptions): Promise<Swept> {
  const found = await database.withSystem(async (sql) => {
    if (!(await tryLockSweep(sql))) return { deadWorkers: [], stalled: [], forgotten: [] };
    const deadWorkers = await removeDeadWorkers(sql, options.deadAfterMs);
    return {
      deadWorkers,
      stalled: await findStalledQueues(sql, { idleMs: options.idleMs, limit: 200 }),
      forgotten: await findForgottenDeliveries(sql),
    };
  });
  for (const run of found.stalled) await database.withOrg(run.orgId, (sql) => pushRun(sql, run));
  for (const { orgId, storeId } of found.forgotten)
    await database.withOrg(orgId, (sql) => wakeWebhookRun(sql, orgId, storeId));
  return { deadWorkers: found.deadWorkers, pushed: found.stalled.length };
}

async function pushRun(sql: Sql, { queueId }: RunJob): Promise<void> {
  const run = await lockQueue(sql, queueId);
  if (!run || isTerminal(run.state)) return;
  const entries: ActivityEntry[] = [];
  const deaths = await reclaimDiscovery(sql, queueId);
  if (deaths !== null) entries.push(await judgeDeaths(sql, queueId, deaths));
  const lines = await reclaimLines(sql, queueId, run.settings.maxRetries);
  if (lines.returned + lines.failed > 0) {
    entries.push({
      event: 'lines.reclaimed',
      level: 'warning',
      message: `A worker died with ${lines.returned + lines.failed} customers in hand; ${lines.returned} go on, ${lines.failed} failed.`,
      data: lines,
    });
  }
  await appendActivity(sql, queueId, entries);
  await recordEnd(sql, queueId, run.state);
  if (run.discoveryState === 'pending' || run.discoveryState === 'walking')
    await ring(sql, 'sync.discover', queueId);
  await ring(sql, 'sync.process', queueId);
  if (entries.length > 0) await hint(sql, queueId);
}

async function judgeDeaths(sql: Sql, queueId: string, deaths: number): Promise<ActivityEntry> {
  if (deaths < MAX_DISCOVERY_DEATHS) {
    return {
      event: 'discovery.reclaimed',
      level: 'warning',
      message: 'A worker died while it read the store’s list; another one goes on.',
      data: { deaths },
    };
  }
  const reason =
    `${deaths} workers in a row died on the same page of this store's list. ` +
    'Look at the workers’ logs, then retry with override, or force the run done.';
  await abandonDiscovery(sql, queueId, reason);
  return { event: 'discovery.failed', level: 'error', message: reason, data: { deaths } };
}
