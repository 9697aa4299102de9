import { findLeftovers } from '../../sql/customers.ts';
import { grantRequests } from '../../sql/runs.ts';
import type { WorkDeps } from '../job.ts';
import { toUnreadLine } from './ask-active.ts';
import { keepFound } from './next-step.ts';
import { type SliceStep, type Walking, writeWalk } from './walking.ts';

/** Most customers that a delta takes over from webhooks; the rest is for the next one. */
const MAX_LEFTOVERS = 1_000;

/** Takes up customers that webhooks named and that could not be applied. Misses deliveries that never came. */
export async function takeLeftovers(deps: WorkDeps, walking: Walking): Promise<SliceStep> {
  const { run } = walking;
  const ids = await writeWalk(deps, run.orgId, (sql) =>
    findLeftovers(sql, run.storeId, MAX_LEFTOVERS),
  );
  return keepFound(deps, walking, {
    lines: ids.map(toUnreadLine),
    fetchedAt: new Date(deps.clock()),
    cursor: null,
    entries:
      ids.length === 0
        ? []
        : [
            {
              event: 'delta.leftovers',
              message: `Took up ${ids.length} customers that webhooks named and that could not be applied.`,
            },
          ],
    also: (sql) => grantRequests(sql, run.id, 2 * ids.length),
  });
}
