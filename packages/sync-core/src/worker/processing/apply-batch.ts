import type { Sql } from '@mantis-sync/db';
import type { LineOutcome } from '../../domain/line-state.ts';
import { judgeFailedAttempt } from '../../domain/retry-policy.ts';
import { SyncError } from '../../domain/sync-error.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { BatchOutcomes } from '../../platform/sync-metrics.ts';
import { recordEnd } from '../../runs/record-end.ts';
import { hint } from '../../sql/jobs.ts';
import { type LineVerdict, settleLines } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { endWait, grantRequests, lockRun } from '../../sql/runs.ts';
import type { WorkDeps } from '../job.ts';
import type { Batch } from './batch.ts';
import type { PreparedBatch, PreparedLine } from './prepare-batch.ts';
import { recordBatch } from './record-batch.ts';
import { isAboutTheData, storeCustomers, withoutRefused } from './store-customers.ts';
import { recordTrouble, waitAfter } from './store-trouble.ts';

/**
 * Writes a batch: customers, verdicts, activity and one hint, in one transaction fenced by the batch's
 * token. A customer that the database refuses never fails its batch: the others are written without it.
 *
 * @returns `stop` where the store must be left alone
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
  const verdicts = await write(prepared).catch(async (error: unknown) => {
    if (!isAboutTheData(error)) throw error;
    return write(await withoutRefused(deps, batch, prepared));
  });
  deps.metrics.batchApplied({
    kind: batch.run.kind,
    seconds: (deps.clock() - startedAt) / 1000,
    outcomes: countOutcomes(verdicts),
  });
  return trouble === null ? 'go_on' : 'stop';
}

async function writeBatch(
  sql: Sql,
  deps: WorkDeps,
  batch: Batch,
  { prepared, released, trouble }: PreparedBatch,
): Promise<LineVerdict[]> {
  // Customers first: the most work, and none that needs the run's lock, for which others wait.
  const outcomes = await storeCustomers(sql, batch.run, prepared);
  failpoint('processing.customers_written');
  const run = await lockRun(sql, batch.run.id);
  if (!run) throw new SyncError('lease_lost', 'The run is gone.');
  const waitMs = trouble ? waitAfter(deps, trouble) : 0;
  const verdicts: LineVerdict[] = [
    ...prepared.map((line) => judge(run, line, outcomes)),
    ...released.map(({ position }) => ({ position, state: 'released' as const, delayMs: waitMs })),
  ];
  await settleLines(sql, run.id, batch.token, verdicts);
  const retries = verdicts.filter((verdict) => verdict.state === 'draft').length;
  if (retries > 0) await grantRequests(sql, run.id, 2 * retries);
  if (prepared.length > 0) await recordBatch(sql, run, prepared, verdicts);
  if (trouble) await recordTrouble(sql, run, trouble, waitMs);
  else if (run.wait && batch.lines.length > released.length) await endWaitOfProcessing(sql, run);
  if (mayEndWith(run, batch)) await recordEnd(sql, run.id, run.state);
  await hint(sql, run.id);
  failpoint('processing.settled');
  return verdicts;
}

function countOutcomes(verdicts: readonly LineVerdict[]): BatchOutcomes {
  const counts: BatchOutcomes = {
    created: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    retrying: 0,
    failed: 0,
    released: 0,
  };
  for (const verdict of verdicts) {
    if (verdict.state === 'done') counts[verdict.outcome] += 1;
    else counts[verdict.state === 'draft' ? 'retrying' : verdict.state] += 1;
  }
  return counts;
}

/** False where the run has lines or a list to go on with, whatever became of this batch. */
function mayEndWith({ counts, discoveryState }: RunRow, { lines }: Batch): boolean {
  const isReading = discoveryState === 'pending' || discoveryState === 'walking';
  return !isReading && counts.draft + counts.processing <= lines.length;
}

function judge(
  run: RunRow,
  prepared: PreparedLine,
  outcomes: ReadonlyMap<number, LineOutcome>,
): LineVerdict {
  const { position, attempts } = prepared.line;
  if (prepared.kind === 'delete') return { position, state: 'done', outcome: 'deleted' };
  if (prepared.kind === 'store') {
    return {
      position,
      state: 'done',
      outcome: outcomes.get(prepared.version.customer.wooId) ?? 'unchanged',
    };
  }
  const { code, message, retryable } = prepared;
  return { position, code, message, ...judgeFailedAttempt(attempts, retryable, run.settings) };
}

async function endWaitOfProcessing(sql: Sql, run: RunRow): Promise<void> {
  if (run.discoveryState !== 'walking' && run.discoveryState !== 'pending')
    await endWait(sql, run.id);
}
