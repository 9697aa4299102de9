import { countOf } from '../../domain/count-words.ts';
import type { Sql } from '@mantis-sync/db';
import { changeLeasedRun, type RunChange } from '../../runs/change-run.ts';
import { momentOf } from '../../domain/choose-answer.ts';
import { moveStep, releaseDiscovery } from '../../sql/discovery.ts';
import { insertLines } from '../../sql/lines.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import { readNow } from '../../sql/schedules.ts';
import { hasPendingDeliveries, takeDeliveries } from '../../sql/deliveries.ts';
import type { WorkDeps } from '../job.ts';
import { toUnreadLine } from './ask-active.ts';
import { endDiscovery } from './end-walk.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Deliveries per transaction. */
const TAKEN_AT_ONCE = 500;

/** How long a run stays open for further deliveries: a busy store makes one run a minute, not one a second. */
const OPEN_MS = 60_000;

/** How soon an open run checks again, in milliseconds. */
const LOOK_AGAIN_MS = 2_000;

/**
 * Adds the customers of pending deliveries. They are read from the store when their lines are processed: the
 * content of a delivery is not used.
 */
export async function collectDeliveries(deps: WorkDeps, walking: Walking): Promise<StepResult> {
  const { run, lease } = walking;
  const collect = async (sql: Sql): Promise<RunChange<StepResult>> => {
    const before = await moveStep(sql, lease, { step: 'deliveries', cursor: {} });
    const customers = await takeDeliveries(sql, run.storeId, run.id, TAKEN_AT_ONCE);
    if (customers.length > 0) {
      const lines = customers.map(toUnreadLine);
      await insertLines(sql, run.orgId, run.id, before, momentOf(deps.clock()), lines);
      await extendRequestBudget(sql, run.id, 2 * customers.length);
      const entry = {
        event: 'webhooks.collected',
        message: `Webhooks named ${countOf(customers.length, 'customer')}.`,
        data: { customers: customers.length },
      };
      return { result: walking, activity: [entry], enqueue: { task: 'sync.process' } };
    }
    const age = (await readNow(sql)).getTime() - run.createdAt.getTime();
    // The rest names customers that this run has already read: the next run reads them again.
    if (age >= OPEN_MS || (await hasPendingDeliveries(sql, run.storeId)))
      return endDiscovery(sql, walking);
    await releaseDiscovery(sql, lease, {
      wait: null,
      failedAttempts: 0,
      walkPageSize: walking.walk.pageSize,
      prefetchPages: walking.ahead,
    });
    const enqueue = { task: 'sync.discover', delayMs: LOOK_AGAIN_MS } as const;
    return { result: 'over', enqueue, notify: false };
  };
  return writeWalk(deps, run.orgId, (sql) => changeLeasedRun(sql, lease, () => collect(sql)));
}
