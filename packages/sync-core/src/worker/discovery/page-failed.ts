import { toOperatorMessage } from '../../domain/operator-message.ts';
import { momentOf } from '../../domain/choose-answer.ts';
import { probesBeside, shrinkPage, skipRecord, type WalkState } from '../../domain/walk.ts';
import { changeLeasedRun } from '../../runs/change-run.ts';
import type { ActivityEntry } from '../../sql/activity.ts';
import { failDiscovery, releaseDiscovery, spendRequests } from '../../sql/discovery.ts';
import { recordStoreError, pauseRefusingStore } from '../../sql/stores.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import { retryDelayMs } from '../../woo/retry-timing.ts';
import { reactionTo, WooError } from '../../woo/woo-error.ts';
import type { WorkDeps } from '../job.ts';
import { skipStep } from './next-step.ts';
import { toUnreadableLine } from './page-rows.ts';
import { saveLines } from './save-page.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Longest wait between two attempts of a page while its size is being halved, in milliseconds. */
const BISECT_WAIT_MS = 200;
const PAGE_BACKOFF = { firstMs: 1_000, longestMs: 60_000 };

/** Decides what a failed page means: stop for an operator, request less, skip one record, or wait. */
export async function pageFailed(
  deps: WorkDeps,
  before: Walking,
  error: WooError,
  signal: AbortSignal,
): Promise<StepResult> {
  const walking: Walking = { ...before, successStreak: 0 };
  const { run } = walking;
  if (isOptional(walking.step) && error.kind !== 'struggling')
    return skipStep(deps, walking, [describeSkip(error)]);
  const reaction = reactionTo(error);
  if (reaction === 'pause' || reaction === 'stop') return refused(deps, walking, error);

  const attempts = run.pageAttempts + 1;
  const isWalk = walking.step === 'walk';
  // A page counts as the cause only if it failed twice while another one was served.
  const isThePage =
    isWalk &&
    attempts >= 2 &&
    reaction !== 'wait' &&
    (await isAnotherServed(deps, walking, signal));
  const smaller = isThePage ? shrinkPage(walking.walk) : walking.walk;
  if (smaller === null) {
    const walked = {
      walk: skipRecord(walking.walk),
      page: emptyPage(walking.total),
      reading: momentOf(deps.clock()),
      newRows: [],
    };
    return saveLines(deps, walking, walked, [toUnreadableLine(walking.walk, error)]);
  }
  // Halving ends by itself; the attempts are for an overloaded store.
  const isHalving = isThePage;
  if (attempts >= run.settings.maxPageAttempts && !isHalving) {
    if (isOptional(walking.step)) return skipStep(deps, walking, [describeSkip(error)]);
    return giveUp(deps, walking, {
      code: error.code,
      message: `${error.message} Failed ${attempts} times. ${error.advice}`,
    });
  }
  await waitForStore(deps, walking, error, smaller, attempts);
  return 'over';
}

/** Optional steps, which a store need not support. */
function isOptional(step: Walking['step']): boolean {
  return step === 'active' || step === 'guests';
}

function describeSkip(error: WooError): ActivityEntry {
  return {
    event: 'discovery.skipped',
    level: 'warning',
    message: `Skipped an optional step: ${error.message}`,
    data: { code: error.code, status: error.status },
  };
}

async function waitForStore(
  deps: WorkDeps,
  walking: Walking,
  error: WooError,
  walk: WalkState,
  attempts: number,
): Promise<void> {
  const { run, lease } = walking;
  const policy = { backoff: PAGE_BACKOFF, limit: run.settings.maxPageAttempts };
  const delayMs =
    retryDelayMs({ error, attempt: attempts, random: deps.random, policy }) ?? PAGE_BACKOFF.firstMs;
  const isHalving = walk.pageSize < walking.walk.pageSize && error.retryAfterMs === null;
  const wait = {
    code: error.code,
    reason: error.message,
    delayMs: isHalving ? Math.min(delayMs, BISECT_WAIT_MS) : delayMs,
  };
  const entry: ActivityEntry = {
    event: 'discovery.waiting',
    level: 'warning',
    message: `${error.message} Next try in ${Math.ceil(wait.delayMs / 1000)} s (attempt ${attempts + 1} of ${run.settings.maxPageAttempts}).`,
    data: {
      code: error.code,
      status: error.status,
      delayMs: wait.delayMs,
      pageSize: walk.pageSize,
    },
  };
  await writeWalk(deps, run.orgId, (sql) =>
    changeLeasedRun(sql, lease, async () => {
      await releaseDiscovery(sql, lease, {
        wait,
        failedAttempts: walk.pageSize < walking.walk.pageSize ? 0 : 1,
        walkPageSize: walk.pageSize,
        prefetchPages: 1,
      });
      await recordStoreError(sql, run.storeId, error.code);
      return {
        result: undefined,
        activity: [entry],
        enqueue: { task: 'sync.discover', delayMs: wait.delayMs },
      };
    }),
  );
}

/** Requests records beside the page: if one is served, the page is the cause, not the store. */
async function isAnotherServed(
  deps: WorkDeps,
  walking: Walking,
  signal: AbortSignal,
): Promise<boolean> {
  const { run, store, walk } = walking;
  for (const probe of probesBeside(walk)) {
    if (!(await writeWalk(deps, run.orgId, (sql) => spendRequests(sql, run.id, 1)))) return false;
    try {
      await store.client.listCustomers({ ...probe, role: run.settings.roleFilter, signal });
      return true;
    } catch (error) {
      if (!(error instanceof WooError)) throw error;
    }
  }
  return false;
}

/** Pauses a store that rejects us; the run waits for an operator. */
export async function refused(
  deps: WorkDeps,
  { run, lease }: Pick<Walking, 'run' | 'lease'>,
  error: WooError,
): Promise<StepResult> {
  const reason = toOperatorMessage(error);
  return writeWalk(deps, run.orgId, (sql) =>
    changeLeasedRun(sql, lease, async () => {
      if (error.kind === 'refused')
        await pauseRefusingStore(sql, run.storeId, { code: error.code, reason });
      await failDiscovery(sql, lease, { code: error.code, message: reason }, true);
      return {
        result: 'over',
        activity: [
          {
            event: error.kind === 'refused' ? 'store.paused' : 'discovery.failed',
            level: 'error',
            message: reason,
            data: { code: error.code, status: error.status },
          },
        ],
      };
    }),
  );
}

/** Fails a walk; a retry resumes at its cursor. */
export async function giveUp(
  deps: WorkDeps,
  { run, lease }: Walking,
  error: { code: string; message: string },
): Promise<StepResult> {
  return writeWalk(deps, run.orgId, (sql) =>
    changeLeasedRun(sql, lease, async () => {
      await failDiscovery(sql, lease, error, false);
      await recordStoreError(sql, run.storeId, error.code);
      const { code, message } = error;
      return {
        result: 'over',
        activity: [{ event: 'discovery.failed', level: 'error', message, data: { code } }],
        enqueue: { task: 'sync.process' },
      };
    }),
  );
}

function emptyPage(total: number | null): CustomerPage {
  return {
    rows: [],
    total,
    totalPages: null,
    storeDate: null,
    reading: { beganAt: new Date(0), endedAt: new Date(0) },
    warnings: [],
    bytes: 0,
    durationMs: 0,
  };
}
