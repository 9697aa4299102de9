import { randomUUID } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import { pagesAheadAfter } from './domain/pacing.ts';
import { SyncError } from './domain/sync-error.ts';
import {
  beginSecondPass,
  growPage,
  type PageRequest,
  probeBehind,
  receivePage,
  shrinkPage,
  skipRecord,
  walkBudget,
  type WalkState,
} from './domain/walk.ts';
import { BudgetSpentError, createFetchAhead, type FetchAhead } from './fetch-ahead.ts';
import type { RunJob, WorkDeps } from './job.ts';
import { rowId } from './domain/customer-mapping.ts';
import { toNewLines, toUnreadableLine } from './page-lines.ts';
import { recordEnd } from './record-end.ts';
import type { OpenStore } from './store-clients.ts';
import { type ActivityEntry, appendActivity } from './store/append-activity.ts';
import { completeDiscovery, failDiscovery, releaseDiscovery } from './store/end-discovery.ts';
import { hint, ringAndHint } from './store/hint.ts';
import { lockQueue } from './store/lock-queue.ts';
import type { QueueRow } from './store/queue-row.ts';
import { ring } from './store/ring.ts';
import { insertLines, type MovedCursor, moveCursor, type NewLine } from './store/save-page.ts';
import { spendRequests } from './store/spend-requests.ts';
import { noteStoreError, noteStoreOk, pauseStore } from './store/store-state.ts';
import { type DiscoveryLease, takeDiscovery } from './store/take-discovery.ts';
import type { CustomerPage } from './woo/customer-page.ts';
import { retryDelayMs } from './woo/retry-timing.ts';
import { mayBeOneRecord, WooError } from './woo/woo-error.ts';

/** A walk in progress, within one slice. */
interface Walking {
  run: QueueRow;
  lease: DiscoveryLease;
  store: OpenStore;
  pages: FetchAhead;
  walk: WalkState;
  ahead: number;
  total: number | null;
  isFirstPage: boolean;
  goodPages: number;
}

type SliceEnd = 'go_on' | 'over';

/** Longest wait between two tries of a page while its size is being halved, in milliseconds. */
const BISECT_WAIT_MS = 2_000;
/** Batches waiting that make a further processor worth its while. */
const BACKLOG_BATCHES = 3;
const PAGE_BACKOFF = { baseMs: 1_000, capMs: 60_000 };

/**
 * Walks a store's customers for the length of a slice: each page's lines and the cursor are one
 * transaction, so that a walk killed anywhere goes on at the next page. Does nothing where another
 * worker walks, or where there is nothing to walk.
 */
export async function discoverSlice(deps: WorkDeps, job: RunJob, signal: AbortSignal): Promise<void> {
  const lease = { queueId: job.queueId, workerId: deps.workerId, token: randomUUID(), leaseMs: deps.leaseMs };
  const run = await write(deps, job.orgId, (sql) => beginSlice(sql, lease));
  if (!run) return;
  try {
    await walkSlice(deps, run, lease, signal);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'lease_lost') {
      deps.log.warn({ queueId: run.id }, 'lost the lease of a discovery');
      return;
    }
    // Handed back at once where that still works; the sweep takes it back where it does not.
    await pauseSlice(deps, run, lease, null).catch(() => undefined);
    throw error;
  }
}

async function beginSlice(sql: Sql, lease: DiscoveryLease): Promise<QueueRow | null> {
  const before = await lockQueue(sql, lease.queueId);
  const run = before && (await takeDiscovery(sql, lease));
  if (run && before?.discoveryState === 'pending') {
    await appendActivity(sql, run.id, [
      { event: 'discovery.started', message: 'Began to read the store’s list of customers.' },
    ]);
  }
  if (run) await hint(sql, run.id);
  return run;
}

async function walkSlice(
  deps: WorkDeps,
  run: QueueRow,
  lease: DiscoveryLease,
  signal: AbortSignal,
): Promise<void> {
  const store = await deps.clients.open(run.orgId, run.storeId);
  const pages = createFetchAhead({
    fetchPage: (request, stop) =>
      store.client.listCustomers({ ...request, role: run.settings.roleFilter, signal: AbortSignal.any([stop, signal]) }),
    spend: (requests) => write(deps, run.orgId, (sql) => spendRequests(sql, run.id, requests)),
  });
  const walking: Walking = {
    run, lease, store, pages,
    walk: run.walk,
    ahead: run.walkAhead,
    total: run.lastTotal,
    isFirstPage: run.pageCount === 0,
    goodPages: 0,
  };
  const until = deps.clock() + deps.sliceMs;
  try {
    for (;;) {
      if (signal.aborted || deps.clock() >= until) {
        await pauseSlice(deps, run, lease, walking);
        return;
      }
      if ((await walkOnePage(deps, walking, signal)) === 'over') return;
    }
  } finally {
    pages.stop();
  }
}

async function walkOnePage(deps: WorkDeps, walking: Walking, signal: AbortSignal): Promise<SliceEnd> {
  try {
    const { request, page } = await walking.pages.next(walking.walk, walking.total, walking.ahead);
    return await takePage(deps, walking, request, page);
  } catch (error) {
    if (signal.aborted) return 'go_on';
    if (error instanceof BudgetSpentError) {
      return await giveUp(deps, walking, {
        code: 'request_budget_spent',
        message:
          `The walk used up its ${walking.run.requestsBudget} requests: the store serves other customers than it says it has. ` +
          'Look at plugins that change the list of customers, then retry.',
      });
    }
    if (error instanceof WooError) return await pageFailed(deps, walking, error, signal);
    throw error;
  }
}

async function takePage(
  deps: WorkDeps,
  walking: Walking,
  request: PageRequest,
  page: CustomerPage,
): Promise<SliceEnd> {
  const step = receivePage(walking.walk, { request, ids: page.rows.map(rowId) });
  walking.total = page.total ?? walking.total;
  switch (step.kind) {
    case 'out_of_order':
      throw new WooError('bad_answer', { detail: 'the customers do not come in the order of their ids' });
    case 'no_progress':
      return giveUp(deps, walking, {
        code: 'no_progress',
        message:
          'The store sends the same customers again and again. Look at caches and plugins that change its REST API, then retry.',
      });
    case 'ended':
      return endWalk(deps, walking);
    case 'stepped_back':
      await savePage(deps, walking, step.walk, page, []);
      return 'go_on';
    case 'advanced':
      await savePage(deps, walking, growPage(step.walk, walking.run.settings.pageSize), page, toNewLines(page.rows, step.newRows));
      return 'go_on';
  }
}

/** Stores a page: cursor, lines, activity, the bell for processing, one hint. */
async function savePage(
  deps: WorkDeps,
  walking: Walking,
  walk: WalkState,
  page: CustomerPage,
  lines: readonly NewLine[],
): Promise<void> {
  const { run, lease } = walking;
  walking.goodPages += 1;
  const ahead = pagesAheadAfter(walking.ahead, run.settings.pagesAhead, walking.goodPages);
  const budget = walking.isFirstPage
    ? walkBudget(page.total !== null && page.total >= page.rows.length ? page.total : null, run.settings.pageSize)
    : null;
  const fetchedAt = page.storeDate ?? new Date(deps.clock());
  const nextRequests = walking.pages.missing(walk, walking.total, ahead);
  const spent = await write(deps, run.orgId, async (sql) => {
    const cursor = { walk, walkAhead: ahead, total: page.total, budget, nextRequests };
    const moved = await moveCursor(sql, lease, cursor);
    const added = await insertLines(sql, run.orgId, run.id, moved.totalCount, fetchedAt, lines);
    await appendActivity(sql, run.id, [describePage(walking.walk, walk, page, added), ...describeBadRows(lines)]);
    if (walking.isFirstPage) await noteStoreOk(sql, run.storeId);
    if (needsProcessor(run, moved, added)) await ringAndHint(sql, 'sync.process', run.id);
    else await hint(sql, run.id);
    return moved.spentRequests;
  });
  walking.pages.prepay(spent);
  walking.walk = walk;
  walking.ahead = ahead;
  walking.isFirstPage = false;
  run.pageAttempts = 0;
}

/**
 * Whether to ring for processing. Whoever has a batch in hand comes back for the next one, so one ring is
 * owed where nobody has; a second processor is worth its while once there is a backlog for it.
 */
function needsProcessor({ settings }: QueueRow, moved: MovedCursor, added: number): boolean {
  const waiting = moved.draftCount + added;
  if (waiting < settings.batchSize) return false;
  if (moved.processingCount === 0) return true;
  const hasRoom = moved.processingCount <= settings.batchSize * (settings.maxParallelBatches - 1);
  return hasRoom && waiting >= settings.batchSize * BACKLOG_BATCHES;
}

function describePage(before: WalkState, after: WalkState, page: CustomerPage, added: number): ActivityEntry {
  const data = {
    rows: page.rows.length, added, rank: after.rank, lastId: after.lastId, total: page.total,
    ms: page.durationMs, warnings: page.warnings,
  };
  if (after.stepsBack > before.stepsBack) {
    return {
      event: 'discovery.stepped_back', level: 'warning', data,
      message: 'Customers were deleted while the list was read; went back over the part that moved.',
    };
  }
  const odd = page.warnings.filter((warning) => warning !== 'total_missing');
  return {
    event: 'discovery.page', data,
    level: odd.length > 0 ? 'warning' : 'info',
    message:
      `Read ${page.rows.length} rows, ${added} new` +
      (odd.length > 0 ? `; the answer was odd (${odd.join(', ')})` : ''),
  };
}

function describeBadRows(lines: readonly NewLine[]): ActivityEntry[] {
  return lines.flatMap(({ error }) =>
    error ? [{ event: 'line.failed', level: 'error' as const, message: error.message, data: { code: error.code } }] : [],
  );
}

/** The end of the list: reconciled with the store's total, and read once more where too few were seen. */
async function endWalk(deps: WorkDeps, walking: Walking): Promise<SliceEnd> {
  const { run, lease } = walking;
  return write(deps, run.orgId, async (sql) => {
    const now = (await lockQueue(sql, run.id)) as QueueRow;
    const seen = now.counts.total;
    const missing = (walking.total ?? seen) - seen;
    if (missing > 0 && walking.walk.pass === 1) {
      await beginAgain(sql, walking, seen, missing);
      return 'go_on';
    }
    await completeDiscovery(sql, lease);
    await appendActivity(sql, run.id, [describeReconciliation(seen, walking.total)]);
    await recordEnd(sql, run.id, now.state);
    await ring(sql, 'sync.process', run.id);
    await noteStoreOk(sql, run.storeId);
    await hint(sql, run.id);
    return 'over';
  });
}

async function beginAgain(sql: Sql, walking: Walking, seen: number, missing: number): Promise<void> {
  const { run, lease } = walking;
  const walk = beginSecondPass(walking.walk);
  await moveCursor(sql, lease, {
    walk, walkAhead: walking.ahead, total: null, budget: null, nextRequests: 0,
  });
  await appendActivity(sql, run.id, [
    {
      event: 'discovery.second_pass',
      level: 'warning',
      message: `The store says it has ${seen + missing} customers, ${seen} were seen; reading the list once more.`,
    },
  ]);
  await hint(sql, run.id);
  walking.walk = walk;
}

function describeReconciliation(seen: number, total: number | null): ActivityEntry {
  const data = { seen, storeTotal: total };
  if (total === null) {
    return {
      event: 'discovery.complete', level: 'warning', data,
      message: `Read the list to its end: ${seen} customers. The store does not say how many it has.`,
    };
  }
  if (total === seen) {
    return { event: 'discovery.complete', data, message: `Read the list to its end: ${seen} customers, as the store says.` };
  }
  return {
    event: 'discovery.complete', level: 'warning', data,
    message:
      `Read the list to its end: ${seen} customers, while the store says it has ${total}` +
      (seen > total ? ' (customers were deleted meanwhile).' : ` (${total - seen} are not served by its API).`),
  };
}

/** What a failed page means: stop for a person, ask for less, skip one record, or wait. */
async function pageFailed(
  deps: WorkDeps,
  walking: Walking,
  error: WooError,
  signal: AbortSignal,
): Promise<SliceEnd> {
  const { run } = walking;
  walking.goodPages = 0;
  if (error.kind === 'refused' || error.kind === 'bug') return refused(deps, walking, error);

  const attempts = run.pageAttempts + 1;
  const smaller = attempts >= 2 && mayBeOneRecord(error) ? shrinkPage(walking.walk) : walking.walk;
  if (smaller === null && (await isOneRecord(deps, walking, signal))) {
    await savePage(deps, walking, skipRecord(walking.walk), emptyPage(walking.total), [toUnreadableLine(walking.walk)]);
    return 'go_on';
  }
  if (attempts >= run.settings.maxPageAttempts) {
    return giveUp(deps, walking, {
      code: error.code,
      message: `${error.message} It was asked ${attempts} times. ${error.advice}`,
    });
  }
  await waitForStore(deps, walking, error, smaller ?? walking.walk, attempts);
  return 'over';
}

async function waitForStore(
  deps: WorkDeps,
  walking: Walking,
  error: WooError,
  walk: WalkState,
  attempts: number,
): Promise<void> {
  const { run, lease } = walking;
  const policy = { ...PAGE_BACKOFF, limit: run.settings.maxPageAttempts };
  const delayMs = retryDelayMs({ error, attempt: attempts, now: deps.clock(), random: deps.random, policy }) ?? PAGE_BACKOFF.baseMs;
  const isHalving = walk.pageSize < walking.walk.pageSize && error.retryAfterMs === null;
  const wait = { code: error.code, reason: error.message, delayMs: isHalving ? Math.min(delayMs, BISECT_WAIT_MS) : delayMs };
  await write(deps, run.orgId, async (sql) => {
    await releaseDiscovery(sql, lease, { wait, failedAttempts: 1, walkPageSize: walk.pageSize, walkAhead: 1 });
    await noteStoreError(sql, run.storeId, error.code);
    await appendActivity(sql, run.id, [
      {
        event: 'discovery.waiting', level: 'warning',
        message: `${error.message} Next try in ${Math.ceil(wait.delayMs / 1000)} s (try ${attempts + 1} of ${run.settings.maxPageAttempts}).`,
        data: { code: error.code, status: error.status, delayMs: wait.delayMs, pageSize: walk.pageSize },
      },
    ]);
    await ring(sql, 'sync.discover', run.id, wait.delayMs);
    await hint(sql, run.id);
  });
}

/** Asks for the record behind the one in question: if that is served, the store is well and the one is not. */
async function isOneRecord(deps: WorkDeps, walking: Walking, signal: AbortSignal): Promise<boolean> {
  const { run, store, walk } = walking;
  if (!(await write(deps, run.orgId, (sql) => spendRequests(sql, run.id, 1)))) return false;
  try {
    await store.client.listCustomers({ ...probeBehind(walk), role: run.settings.roleFilter, signal });
    return true;
  } catch (error) {
    if (error instanceof WooError) return false;
    throw error;
  }
}

/** The store refuses us: it is paused once, and the run waits for a person. */
async function refused(deps: WorkDeps, walking: Walking, error: WooError): Promise<SliceEnd> {
  const { run } = walking;
  const reason = `${error.message} ${error.advice}`;
  await write(deps, run.orgId, async (sql) => {
    const before = (await lockQueue(sql, run.id)) as QueueRow;
    if (error.kind === 'refused') await pauseStore(sql, run.storeId, { code: error.code, reason });
    await failDiscovery(sql, walking.lease, { code: error.code, message: reason }, true);
    await appendActivity(sql, run.id, [
      {
        event: error.kind === 'refused' ? 'store.paused' : 'discovery.failed', level: 'error', message: reason,
        data: { code: error.code, status: error.status },
      },
    ]);
    await recordEnd(sql, run.id, before.state);
    await hint(sql, run.id);
  });
  return 'over';
}

async function giveUp(
  deps: WorkDeps,
  walking: Walking,
  error: { code: string; message: string },
): Promise<SliceEnd> {
  const { run } = walking;
  await write(deps, run.orgId, async (sql) => {
    const before = (await lockQueue(sql, run.id)) as QueueRow;
    await failDiscovery(sql, walking.lease, error, false);
    await noteStoreError(sql, run.storeId, error.code);
    await appendActivity(sql, run.id, [
      { event: 'discovery.failed', level: 'error', message: error.message, data: { code: error.code } },
    ]);
    await recordEnd(sql, run.id, before.state);
    await ring(sql, 'sync.process', run.id);
    await hint(sql, run.id);
  });
  return 'over';
}

/** The end of a slice: the walk goes to the end of the line, so that stores share the workers fairly. */
async function pauseSlice(
  deps: WorkDeps,
  run: QueueRow,
  lease: DiscoveryLease,
  walking: Walking | null,
): Promise<void> {
  await write(deps, run.orgId, async (sql) => {
    await releaseDiscovery(sql, lease, {
      wait: null,
      failedAttempts: 0,
      walkPageSize: (walking?.walk ?? run.walk).pageSize,
      walkAhead: walking?.ahead ?? run.walkAhead,
    });
    await ring(sql, 'sync.discover', run.id);
  });
}

function emptyPage(total: number | null): CustomerPage {
  return { rows: [], total, totalPages: null, storeDate: null, warnings: [], bytes: 0, durationMs: 0 };
}

/**
 * Discovery's commits need not wait for the disk: after a crash of the server the database is back at an
 * earlier, whole state of the same walk, and goes on from there.
 */
function write<T>(deps: WorkDeps, orgId: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  return deps.database.withOrg(orgId, work, { durability: 'deferred' });
}
