import { momentOf } from '../../domain/choose-answer.ts';
import { findPendingWebhookCustomers } from '../../sql/customers.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import type { WorkDeps } from '../job.ts';
import { toUnreadLine } from './ask-active.ts';
import { saveFound } from './next-step.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Most customers that a delta takes over from webhooks; the rest is for the next one. */
const MAX_PENDING_WEBHOOK_CUSTOMERS = 1_000;

/** Takes up customers that webhooks named and that could not be applied. Misses deliveries that never came. */
export async function takePendingWebhookCustomers(
  deps: WorkDeps,
  walking: Walking,
): Promise<StepResult> {
  const { run } = walking;
  const ids = await writeWalk(deps, run.orgId, (sql) =>
    findPendingWebhookCustomers(sql, run.storeId, MAX_PENDING_WEBHOOK_CUSTOMERS),
  );
  return saveFound(deps, walking, {
    lines: ids.map(toUnreadLine),
    reading: momentOf(deps.clock()),
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
    also: (sql) => extendRequestBudget(sql, run.id, 2 * ids.length),
  });
}
