import type { Sql } from '@mantis-sync/db';
import { countResults, describeBatch } from '../../domain/batch-counts.ts';
import { SyncError } from '../../domain/sync-error.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { WorkDeps } from '../job.ts';
import { recordEnd } from '../../runs/record-end.ts';
import { appendActivity } from '../../sql/activity.ts';
import { notifyRunChanged } from '../../sql/jobs.ts';
import { endWait, extendRequestBudget } from '../../sql/runs.ts';
import { lockRun, type RunRow } from '../../sql/run-row.ts';
import { type LineResult, completeLines } from '../../sql/lines.ts';
import type { Batch, PreparedBatch, PreparedLine } from './prepare-batch.ts';
import { describeCorrections, describeLine } from './describe-lines.ts';
import { isAboutTheData, outcomeOf, storeCustomers, withoutRefused } from './store-customers.ts';
import { recordTrouble, waitAfter } from './store-trouble.ts';

/**
 * Writes a batch: customers, results, activity and one notification, in one transaction fenced by the batch's
 * token. A customer that the database rejects does not fail its batch: the others are written without it.
 *
 * @returns `stop` if nothing may be requested from the store for now
 * @throws SyncError `lease_lost`
 */
export async function applyBatch(
  deps: WorkDeps,
  batch: Batch,
  { prepared, released, trouble }: PreparedBatch,
): Promise<'go_on' | 'stop'> {
  const startedAt = deps.clock();
  const write = (lines: readonly PreparedLine[]) =>
    deps.database.withOrg(
      batch.run.orgId,
      (sql) => writeBatch(sql, deps, batch, { prepared: [...lines], released, trouble }),
      { durability: 'deferred' },
    );
  const results = await write(prepared).catch(async (error: unknown) => {
    if (!isAboutTheData(error)) throw error;
    return write(await withoutRefused(deps, batch.run, prepared));
  });
  deps.metrics.batchApplied({
    kind: batch.run.kind,
    seconds: (deps.clock() - startedAt) / 1000,
    outcomes: { ...countResults(results), released: released.length },
  });
  return trouble === null ? 'go_on' : 'stop';
}

async function writeBatch(
  sql: Sql,
  deps: WorkDeps,
  batch: Batch,
  { prepared, released, trouble }: PreparedBatch,
): Promise<LineResult[]> {
  // Customers first: the most work, which does not need the run's contended lock.
  const outcomes = await storeCustomers(
    sql,
    batch.run,
    prepared.map(({ customer }) => customer),
  );
  failpoint('processing.customers_written');
  const run = await lockRun(sql, batch.run.id);
  if (!run) throw new SyncError('lease_lost', 'The run is gone.');
  const waitMs = trouble ? waitAfter(deps, trouble) : 0;
  const completed = prepared.map((item) => ({
    ...item,
    result: outcomeOf(run.settings, item.line.attempts, item.customer, outcomes),
  }));
  const results: LineResult[] = [
    ...completed.map(({ line, result }) => ({ position: line.position, ...result })),
    ...released.map(({ position }) => ({ position, state: 'released' as const, delayMs: waitMs })),
  ];
  await completeLines(sql, run.id, batch.token, results);
  const retries = results.filter((result) => result.state === 'draft').length;
  if (retries > 0) await extendRequestBudget(sql, run.id, 2 * retries);
  if (prepared.length > 0) {
    const entries = [
      describeBatch(run.batchCount + 1, countResults(results)),
      ...completed.flatMap(({ line, customer, result }) =>
        describeLine(run.settings, line, customer, result),
      ),
      ...describeCorrections(prepared.map(({ customer }) => customer)),
    ];
    await appendActivity(sql, run.id, entries, 1);
  }
  if (trouble) await recordTrouble(sql, run, trouble, waitMs);
  else if (run.wait && batch.lines.length > released.length) await endWaitOfProcessing(sql, run);
  if (mayEndWith(run, batch)) await recordEnd(sql, run.id, run.state);
  await notifyRunChanged(sql, run.id);
  failpoint('processing.completed');
  return results;
}

/** False if the run has more lines or list to work on, whatever the result of this batch. */
function mayEndWith({ counts, discoveryState }: RunRow, { lines }: Batch): boolean {
  const isReading = discoveryState === 'pending' || discoveryState === 'walking';
  return !isReading && counts.draft + counts.processing <= lines.length;
}

async function endWaitOfProcessing(sql: Sql, run: RunRow): Promise<void> {
  if (run.discoveryState !== 'walking' && run.discoveryState !== 'pending')
    await endWait(sql, run.id);
}
