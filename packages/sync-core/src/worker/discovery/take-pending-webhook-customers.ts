import { countOf } from '../../domain/count-words.ts';
import { momentOf } from '../../domain/choose-answer.ts';
import { findPendingWebhookCustomers } from '../../sql/deliveries.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import type { WorkDeps } from '../job.ts';
import { toUnreadLine } from './ask-active.ts';
import { saveFound } from './next-step.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Maximum number of pending webhook customers per delta. */
const MAX_PENDING_WEBHOOK_CUSTOMERS = 1_000;

/** Adds customers again that could not be applied after a webhook. Misses lost deliveries. */
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
              message: `Reading ${countOf(ids.length, 'customer')} that could not be saved after a webhook.`,
            },
          ],
    also: (sql) => extendRequestBudget(sql, run.id, 2 * ids.length),
  });
}
