import { countOf } from '../../domain/count-words.ts';
import { randomUUID } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { DiscoveryStep } from '../../domain/run-kind.ts';
import { SyncError } from '../../domain/sync-error.ts';
import { growPage, type PageRequest, receivePage } from '../../domain/walk.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { changeRunIfPresent } from '../../runs/change-run.ts';
import type { ActivityEntry } from '../../sql/activity.ts';
import {
  type DiscoveryLease,
  markAnswer,
  releaseDiscovery,
  takeDiscovery,
} from '../../sql/discovery.ts';
import { enqueueJob } from '../../sql/jobs.ts';
import { lockRun, type RunRow } from '../../sql/run-row.ts';
import type { OpenStore } from '../../stores/store-clients.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import { WooError } from '../../woo/woo-error.ts';
import type { RunJob, WorkDeps } from '../job.ts';
import { BudgetSpentError, spendFromBudget } from '../request-budget.ts';
import { retryWhileDatabaseDown } from '../retry-while-database-down.ts';
import { askActive } from './ask-active.ts';
import { askGuests } from './ask-guests.ts';
import { askNewest } from './ask-newest.ts';
import { collectDeliveries } from './collect-deliveries.ts';
import { endWindow, hasReachedWindowEnd, pagesWorthAsking } from './end-window.ts';
import { endWalk } from './end-walk.ts';
import { createPrefetch } from './fetch-ahead.ts';
import { giveUp, pageFailed, refused } from './page-failed.ts';
import { toPageRows } from './page-rows.ts';
import { savePage } from './save-page.ts';
import { takePendingWebhookCustomers } from './take-pending-webhook-customers.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Pause of a walk after an internal error, in milliseconds; prevents a busy loop. */
const AFTER_ERROR_MS = 2_000;

/**
 * Discovers a run's customers for one time slice: step by step, page by page. A page's lines and the cursor
 * are one transaction, so a crash at any point resumes at the next page. Does nothing if another worker holds
 * the discovery, or there is nothing to read.
 */
export async function discoverRun(deps: WorkDeps, job: RunJob, signal: AbortSignal): Promise<void> {
  const lease = {
    runId: job.runId,
    workerId: deps.workerId,
    token: randomUUID(),
    leaseMs: deps.leaseMs,
  };
  try {
    const run = await writeWalk(deps, job.orgId, (sql) => beginTimeSlice(sql, lease));
    if (!run) return;
    await walkForTimeSlice(deps, run, lease, signal);
    failpoint('discovery.slice_over');
  } catch (error) {
    if (error instanceof SyncError && error.code === 'lease_lost') {
      deps.log.warn({ runId: job.runId }, 'lost the lease of a discovery');
      return;
    }
    // Even if it is unknown whether the claim succeeded: the response to COMMIT may be lost. Releases
    // immediately if possible; otherwise the sweep reclaims it.
    await retryWhileDatabaseDown(deps, signal, () => releaseAfterError(deps, job, lease)).catch(
      () => undefined,
    );
    throw error;
  }
}

async function releaseAfterError(
  deps: WorkDeps,
  job: RunJob,
  lease: DiscoveryLease,
): Promise<void> {
  await deps.database.withOrg(job.orgId, async (sql) => {
    const run = await lockRun(sql, job.runId);
    if (run) await releaseWalk(sql, lease, run.walk.pageSize, run.prefetchPages, AFTER_ERROR_MS);
  });
}

const DISCOVERY_STARTED: ActivityEntry = {
  event: 'discovery.started',
  message: 'Started to read the store’s list of customers.',
};

async function beginTimeSlice(sql: Sql, lease: DiscoveryLease): Promise<RunRow | null> {
  const taken = await changeRunIfPresent(sql, lease.runId, async ({ discoveryState }) => {
    const run = await takeDiscovery(sql, lease);
    return {
      result: run,
      activity: run && discoveryState === 'pending' ? [DISCOVERY_STARTED] : [],
      notify: run !== null,
    };
  });
  return taken ?? null;
}

async function walkForTimeSlice(
  deps: WorkDeps,
  run: RunRow,
  lease: DiscoveryLease,
  signal: AbortSignal,
): Promise<void> {
  const store = await openOrPause(deps, run, lease);
  if (!store) return;
  const pages = createPrefetch({
    fetchPage: (request, stop, beforeBody) =>
      store.client.listCustomers({
        ...request,
        role: run.settings.roleFilter,
        signal: stop,
        beforeBody,
      }),
    takePlace: () => deps.answers.take(run.orgId),
    spend: (requests) => spendFromBudget(deps, run, requests),
  });
  let walking: Walking = {
    run,
    lease,
    store,
    pages,
    step: run.step,
    cursor: run.stepCursor,
    walk: run.walk,
    ahead: run.prefetchPages,
    total: run.lastTotal,
    isFirstPage: run.pageCount === 0,
    successStreak: 0,
    isStrained: false,
    isEnding: false,
  };
  const until = deps.clock() + (await deps.timeSliceMs());
  signal.addEventListener('abort', pages.stop);
  try {
    for (;;) {
      const isEnding = deps.clock() >= until;
      if (signal.aborted || (isEnding && !pages.isUnderWay(walking.walk)))
        return await endTimeSlice(deps, walking);
      const next = await takeStep(deps, { ...walking, isEnding }, signal);
      if (next === 'over') return;
      walking = next;
    }
  } finally {
    signal.removeEventListener('abort', pages.stop);
    pages.stop();
  }
}

/** Null if its keys cannot be decrypted or must not be sent. Retrying does not help, so the store is paused. */
async function openOrPause(
  deps: WorkDeps,
  run: RunRow,
  lease: DiscoveryLease,
): Promise<OpenStore | null> {
  try {
    // After a crash, tells a crash while reading a response from one while waiting for the store.
    return await deps.clients.open(run.orgId, run.storeId, {
      beforeBody:
        run.discoveryCrashCount > 0
          ? () => writeWalk(deps, run.orgId, (sql) => markAnswer(sql, lease))
          : undefined,
    });
  } catch (error) {
    if (!(error instanceof WooError)) throw error;
    await refused(deps, { run, lease }, error);
    return null;
  }
}

const STEPS: Record<
  DiscoveryStep,
  (deps: WorkDeps, walking: Walking, signal: AbortSignal) => Promise<StepResult>
> = {
  newest: askNewest,
  active: askActive,
  leftovers: takePendingWebhookCustomers,
  guests: askGuests,
  walk: walkOnePage,
  deliveries: collectDeliveries,
};

async function takeStep(
  deps: WorkDeps,
  walking: Walking,
  signal: AbortSignal,
): Promise<StepResult> {
  try {
    return await STEPS[walking.step](deps, walking, signal);
  } catch (error) {
    if (signal.aborted) return walking;
    if (error instanceof BudgetSpentError) {
      return await giveUp(deps, walking, {
        code: 'request_budget_spent',
        message:
          `The walk used all of its ${countOf(walking.run.requestsBudget, 'request')}: the store does not serve the customers that it reports. ` +
          'Check plugins that change the list of customers, then retry.',
      });
    }
    if (error instanceof WooError) return await pageFailed(deps, walking, error, signal);
    throw error;
  }
}

async function walkOnePage(deps: WorkDeps, walking: Walking): Promise<StepResult> {
  if (hasReachedWindowEnd(walking)) return endWindow(deps, walking, 'middle');
  failpoint('discovery.before_fetch');
  const { request, page } = await walking.pages.next(
    walking.walk,
    walking.total,
    pagesWorthAsking(walking),
    { onlyNext: walking.isEnding },
  );
  failpoint('discovery.after_answer');
  deps.metrics.pageRead({ rows: page.rows.length, seconds: page.durationMs / 1000 });
  return takePage(deps, walking, request, page);
}

async function takePage(
  deps: WorkDeps,
  walking: Walking,
  request: PageRequest,
  page: CustomerPage,
): Promise<StepResult> {
  const step = receivePage(walking.walk, { request, rows: toPageRows(page.rows) });
  const { reading } = page;
  const here: Walking = { ...walking, total: page.total ?? walking.total };
  switch (step.kind) {
    case 'out_of_order':
      throw new WooError('bad_answer', {
        detail: 'the customers are not ordered by id',
      });
    case 'no_progress':
      return giveUp(deps, here, {
        code: 'no_progress',
        message:
          'The store keeps sending the same customers. Check caches and plugins that change its REST API, then retry.',
      });
    case 'ended':
      return here.run.kind === 'delta' ? endWindow(deps, here, 'end') : endWalk(deps, here);
    case 'stepped_back':
      return savePage(deps, here, { page, reading, walk: step.walk, newRows: [] });
    case 'advanced': {
      const walk = growPage(step.walk, here.run.settings.pageSize);
      return savePage(deps, here, { page, reading, walk, newRows: step.newRows });
    }
  }
}

/** Ends the time slice: the job is enqueued again at the end, so that stores share the workers fairly. */
async function endTimeSlice(deps: WorkDeps, { run, lease, walk, ahead }: Walking): Promise<void> {
  await writeWalk(deps, run.orgId, (sql) => releaseWalk(sql, lease, walk.pageSize, ahead, null));
}

/** @param delayMs pause of the walk in milliseconds; null continues immediately */
async function releaseWalk(
  sql: Sql,
  lease: DiscoveryLease,
  walkPageSize: number,
  prefetchPages: number,
  delayMs: number | null,
): Promise<void> {
  await releaseDiscovery(sql, lease, {
    wait: null,
    failedAttempts: 0,
    walkPageSize,
    prefetchPages,
  });
  await enqueueJob(sql, 'sync.discover', lease.runId, delayMs);
}
