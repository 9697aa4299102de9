import type { Sql } from '@mantis-sync/db';
import { appendActivity } from './store/append-activity.ts';
import { hasPendingDeliveries } from './store/deliveries.ts';
import { closeGap } from './store/webhook-gap.ts';
import { noteReconcile, noteRefreshed } from './store/freshness.ts';
import { wakeWebhookRun } from './webhooks/webhook-run.ts';
import { linkGuests } from './store/write-guests.ts';
import type { QueueRow } from './store/queue-row.ts';

/** What the end of a run means for how fresh its store is. Lines that failed are for a person. */
export async function recordFreshness(sql: Sql, run: QueueRow): Promise<void> {
  if (run.settings.guests === 'on') await linkGuests(sql, run.storeId);
  if (run.kind === 'webhook') {
    if (await hasPendingDeliveries(sql, run.storeId))
      await wakeWebhookRun(sql, run.orgId, run.storeId);
    return;
  }
  if (run.discoveryState !== 'complete') return;
  await noteRefreshed(sql, run, run.createdAt);
  await closeGap(sql, run.storeId, run.createdAt);
  if (run.kind !== 'reconcile') return;
  const { created, updated, deleted } = run.outcomes;
  await noteReconcile(sql, run, run.createdAt, { created, updated, deleted });
  await appendActivity(sql, run.id, [
    {
      event: 'reconcile.report',
      level: created + updated + deleted > 0 ? 'warning' : 'info',
      message:
        created + updated + deleted > 0
          ? `Webhooks and deltas had missed ${created} new, ${updated} changed and ${deleted} deleted customers; they are mended.`
          : 'Webhooks and deltas had missed nothing.',
      data: { created, updated, deleted },
    },
  ]);
}
