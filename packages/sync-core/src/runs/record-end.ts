import type { Sql } from '@mantis-sync/db';
import { batchSizeOf, describeBatch, openBatchOf } from '../domain/batch-counts.ts';
import { describeCounts } from '../domain/describe-counts.ts';
import { describeReconcile, reconcileReport } from '../domain/reconcile-report.ts';
import { SyncError } from '../domain/sync-error.ts';
import { isTerminal, type RunState } from '../domain/state-machine.ts';
import { describeWarnings } from '../domain/warning-counts.ts';
import { appendActivity, sumCorrections } from '../sql/activity.ts';
import { linkGuests } from '../sql/guests.ts';
import { recordCompared, recordReconcile, recordRefreshed } from '../sql/freshness.ts';
import { clearOpenBatch } from '../sql/discovery.ts';
import { lockRun, type RunRow } from '../sql/run-row.ts';
import { enqueueGapCover } from '../sql/jobs.ts';
import { closeVerifiedGap, hasGapAfter } from '../sql/webhooks.ts';
import { hasPendingDeliveries } from '../sql/deliveries.ts';
import { wakeWebhookRun } from '../webhooks/webhook-run.ts';

/**
 * Records the end of a run, if this transaction ended it, and makes its commit wait for the disk: a run that
 * an operator saw as ended stays ended. The caller holds the run's lock.
 *
 * @param before the run's state at the start of the transaction
 * @returns the run as it is now
 */
export async function recordEnd(sql: Sql, runId: string, before: RunState): Promise<RunRow> {
  const run = await lockRun(sql, runId);
  if (!run) throw new SyncError('run_not_found', 'This run does not exist.');
  if (isTerminal(run.state) && run.state !== before) await appendEnd(sql, run);
  return run;
}

async function appendEnd(sql: Sql, run: RunRow): Promise<void> {
  await sql.query("select set_config('synchronous_commit', 'on', true)");
  await recordFreshness(sql, run);
  await recordOpenBatch(sql, run);
  await recordCorrections(sql, run.id);
  await appendActivity(sql, run.id, [
    {
      event: `run.${run.state}`,
      level: run.state === 'done' ? 'info' : run.state === 'partial' ? 'warning' : 'error',
      message: describeEnd(run),
      data: {
        counts: run.counts,
        outcomes: run.outcomes,
        round: run.round,
        processCount: run.processCount,
      },
    },
    ...(run.action
      ? [
          {
            event: 'run.action_required',
            level: 'error' as const,
            message: run.action.reason,
            data: { code: run.action.code },
          },
        ]
      : []),
  ]);
}

/** Records the last batch, which is rarely full. */
async function recordOpenBatch(sql: Sql, run: RunRow): Promise<void> {
  const counts = openBatchOf(run.stepCursor);
  if (batchSizeOf(counts) === 0) return;
  await appendActivity(sql, run.id, [describeBatch(run.batchCount + 1, counts)], 1);
  await clearOpenBatch(sql, run.id);
}

function describeEnd({ counts, outcomes, discoveryError }: RunRow): string {
  const summary = describeCounts(counts, outcomes);
  return discoveryError ? `${discoveryError.message} ${summary}` : summary;
}

/** Updates the freshness of the store after a run. Failed lines are reported separately. */
export async function recordFreshness(sql: Sql, run: RunRow): Promise<void> {
  if (run.settings.guests === 'on') await linkGuests(sql, run.storeId);
  if (run.kind === 'webhook') {
    if (await hasPendingDeliveries(sql, run.storeId))
      await wakeWebhookRun(sql, run.orgId, run.storeId);
    return;
  }
  // This run began before the last lost delivery; another one has to find what changed since.
  if (await hasGapAfter(sql, run.storeId, run.createdAt)) await enqueueGapCover(sql, run.storeId);
  if (run.discoveryState !== 'complete') return;
  await recordRefreshed(sql, run, run.createdAt);
  await recordCompared(sql, run, run.counts.failed + run.counts.cancelled);
  await closeVerifiedGap(sql, run.storeId);
  if (run.kind !== 'reconcile') return;
  const { created, updated, deleted } = run.outcomes;
  await recordReconcile(sql, run, run.createdAt, { created, updated, deleted });
  const report = reconcileReport(run.counts, run.outcomes);
  await appendActivity(sql, run.id, [
    {
      event: 'reconcile.report',
      level: report.differed > 0 ? 'warning' : 'info',
      message: describeReconcile(report, run.outcomes),
      data: { ...report, created, updated, deleted },
    },
  ]);
}

/** Records the corrections made to the customers of a run, once per field. */
async function recordCorrections(sql: Sql, runId: string): Promise<void> {
  const warnings = await sumCorrections(sql, runId);
  if (Object.keys(warnings).length === 0) return;
  await appendActivity(sql, runId, [
    {
      event: 'run.corrections',
      level: 'warning',
      message: describeWarnings(warnings),
      data: { warnings },
    },
  ]);
}
