import { randomUUID } from 'node:crypto';
import { pauseBeforeNextBatch, STRAINED_BATCH_MS } from '../../domain/pacing.ts';
import { isTerminal } from '../../domain/state-machine.ts';
import { SyncError } from '../../domain/sync-error.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { inSpan } from '../../platform/trace.ts';
import { enqueueJob, enqueueWhenDue } from '../../sql/jobs.ts';
import { claimLines } from '../../sql/lines.ts';
import { lockRun, type RunRow } from '../../sql/run-row.ts';
import type { RunJob, WorkDeps } from '../job.ts';
import { retryWhileDatabaseDown } from '../retry-while-database-down.ts';
import { applyBatch } from './apply-batch.ts';
import { releaseBatch } from './release-batch.ts';
import { type Batch, prepareBatch } from './prepare-batch.ts';

/**
 * Processes batches of a run for one time slice. A batch is two short transactions: the claim, which counts
 * the attempt, and the results. Each transaction enqueues what follows from it: the next time slice, or a job
 * for the earliest waiting line.
 */
export async function processRun(deps: WorkDeps, job: RunJob, signal: AbortSignal): Promise<void> {
  const until = deps.clock() + (await deps.timeSliceMs());
  let strainedBatches = 0;
  let from: string | undefined;
  for (;;) {
    if (signal.aborted || deps.clock() >= until) {
      await deps.database.withOrg(job.orgId, (sql) => enqueueJob(sql, 'sync.process', job.runId), {
        durability: 'deferred',
      });
      return;
    }
    const startedAt = deps.clock();
    const worked = await processBatch(deps, job, from, signal);
    if (!worked) {
      failpoint('processing.slice_over');
      return;
    }
    const { batch, next } = worked;
    if (next === 'stop') return;
    from = batch.until;
    strainedBatches = deps.clock() - startedAt > STRAINED_BATCH_MS ? strainedBatches + 1 : 0;
    const pauseMs = pauseBeforeNextBatch(batch.run.settings, strainedBatches);
    if (pauseMs > 0) await deps.sleep(pauseMs, signal).catch(() => undefined);
  }
}

/**
 * Claims and processes a batch; null if none can be claimed now. The token is created before the claim: if the
 * response to COMMIT is lost, the lines may still be leased.
 */
async function processBatch(
  deps: WorkDeps,
  job: RunJob,
  from: string | undefined,
  signal: AbortSignal,
): Promise<{ batch: Batch; next: 'go_on' | 'stop' } | null> {
  const token = randomUUID();
  try {
    const batch =
      (await claimBatch(deps, job, token, from)) ??
      (from ? await claimBatch(deps, job, token) : null);
    return batch && { batch, next: await workOnBatch(deps, batch, signal) };
  } catch (error) {
    // Releases immediately if possible; otherwise the sweep reclaims the lines.
    await retryWhileDatabaseDown(deps, signal, () => releaseBatch(deps, job, token, error)).catch(
      () => undefined,
    );
    throw error;
  }
}

async function workOnBatch(
  deps: WorkDeps,
  batch: Batch,
  signal: AbortSignal,
): Promise<'go_on' | 'stop'> {
  try {
    failpoint('processing.claimed');
    const attributes = { 'mantis.lines': batch.lines.length };
    const next = await inSpan('sync.batch', { attributes }, async () => {
      const prepared = await prepareBatch(deps, batch, signal);
      failpoint('processing.before_apply');
      return applyBatch(deps, batch, prepared);
    });
    failpoint('processing.applied');
    return next;
  } catch (error) {
    if (!(error instanceof SyncError && error.code === 'lease_lost')) throw error;
    deps.log.warn({ runId: batch.run.id, lines: batch.lines.length }, 'lost the lease of a batch');
    return 'go_on';
  }
}

/** Claims the next due lines, or returns null if there are none. */
function claimBatch(
  deps: WorkDeps,
  job: RunJob,
  token: string,
  from?: string,
): Promise<Batch | null> {
  return deps.database.withOrg(
    job.orgId,
    async (sql) => {
      const run = await lockRun(sql, job.runId);
      if (!run || isTerminal(run.state)) return null;
      if (!mayClaim(run)) return null;
      const lease = { token, workerId: deps.workerId, leaseMs: deps.leaseMs };
      const isIdle = run.counts.processing === 0;
      const { lines, until } = await claimLines(
        sql,
        run.id,
        run.settings.batchSize,
        lease,
        isIdle,
        from,
      );
      if (lines.length > 0) return { run, token, lines, until };
      await enqueueWhenDue(sql, run.id, !isIdle);
      return null;
    },
    { durability: 'deferred' },
  );
}

/**
 * While the list is being read, only full batches are claimed; the rest follows with the next page (webhooks
 * do not wait). Few at a time: more workers would only wait for each other.
 */
function mayClaim({ counts, settings, discoveryState, wait, round, kind }: RunRow): boolean {
  const { batchSize, maxParallelBatches } = settings;
  if (counts.draft === 0) return false;
  if (counts.processing > batchSize * (maxParallelBatches - 1)) return false;
  const isReading =
    kind !== 'webhook' && discoveryState === 'walking' && wait === null && round === 1;
  return !isReading || counts.draft >= batchSize;
}
