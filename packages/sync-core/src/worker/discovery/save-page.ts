import { countOf } from '../../domain/count-words.ts';
import { DatabaseUnavailableError, type Sql } from '@mantis-sync/db';
import {
  type BatchCounts,
  countResults,
  describeBatch,
  openBatchOf,
} from '../../domain/batch-counts.ts';
import type { Reading } from '../../domain/choose-answer.ts';
import { prefetchAfter, STRAINED_BATCH_MS } from '../../domain/pacing.ts';
import { SyncError } from '../../domain/sync-error.ts';
import { volatileKeys } from '../../domain/volatile-meta.ts';
import { budgetAfterFirstPage, type PageRow, type WalkState } from '../../domain/walk.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { inSpan } from '../../platform/trace.ts';
import { type ActivityEntry, appendAndNotify } from '../../sql/activity.ts';
import { findStoredVersions, type StoredVersion } from '../../sql/customers.ts';
import { type MovedCursor, moveCursor } from '../../sql/discovery.ts';
import { enqueueJob } from '../../sql/jobs.ts';
import { insertLines, type AttemptOutcome, type NewLine } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import { recordStoreOk } from '../../sql/stores.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import type { WorkDeps } from '../job.ts';
import { describeCorrections } from '../processing/describe-lines.ts';
import { isAboutTheData, storeCustomers, withoutRefused } from '../processing/store-customers.ts';
import {
  completeRows,
  describeRows,
  fillBatches,
  prepareRows,
  type RowLine,
  toNewLines,
} from './page-rows.ts';
import { type Walking, writeWalk } from './walking.ts';

/** Waiting batches that justify another processing job. */
const BACKLOG_BATCHES = 3;

/** A page as decided by the walk. */
export interface WalkedPage {
  page: CustomerPage;
  reading: Reading;
  /** The cursor after it. */
  walk: WalkState;
  newRows: readonly PageRow[];
}

/**
 * Saves a page of the walk. If nothing is wrong with it and the pace is not gentle, its customers, their
 * completed lines and the cursor are written in one transaction. Otherwise, or if that fails for an internal
 * reason, its lines wait for the careful path (`process.ts`), which isolates the row that causes the failure.
 */
export async function savePage(
  deps: WorkDeps,
  walking: Walking,
  walked: WalkedPage,
): Promise<Walking> {
  const attributes = { 'mantis.rows': walked.newRows.length };
  const completed = mayComplete(walking, walked)
    ? await inSpan('sync.page', { attributes }, () => completePage(deps, walking, walked))
    : null;
  return completed ?? saveLines(deps, walking, walked, toNewLines(walked.newRows));
}

/**
 * False if the careful path is needed: gentle pace, a slow database, a page that crashed its worker, a retry.
 * Also if most rows may already have a line: a delta, or a second pass.
 */
function mayComplete({ run, walk, isStrained }: Walking, { newRows }: WalkedPage): boolean {
  return (
    newRows.length > 0 &&
    run.kind !== 'delta' &&
    run.settings.pace === 'auto' &&
    run.round === 1 &&
    run.discoveryCrashCount === 0 &&
    walk.pass === 1 &&
    !isStrained
  );
}

/** Completes a page in one transaction; null after an internal error, with nothing written. */
async function completePage(
  deps: WorkDeps,
  walking: Walking,
  walked: WalkedPage,
): Promise<Walking | null> {
  const { run } = walking;
  const startedAt = deps.clock();
  try {
    const isVolatile = volatileKeys(walking.store.store.volatileMetaKeys);
    const prepare = (stored: ReadonlyMap<number, StoredVersion>) =>
      prepareRows(run, walked.newRows, walked.reading, isVolatile, stored);
    const next = await writeRows(deps, walking, walked, prepare).catch(async (error: unknown) => {
      if (!isAboutTheData(error)) throw error;
      const lines = await withoutRefused(deps, run, prepare(new Map()));
      return writeRows(deps, walking, walked, () => lines);
    });
    return { ...next, isStrained: deps.clock() - startedAt > STRAINED_BATCH_MS };
  } catch (error) {
    if (error instanceof SyncError || error instanceof DatabaseUnavailableError) throw error;
    deps.log.warn({ runId: run.id, err: error }, 'saving a page failed; using the careful path');
    return null;
  }
}

/**
 * Customers, then the run, then its lines: this order everywhere prevents deadlocks.
 *
 * @param prepare maps the rows that differ from what is stored
 */
async function writeRows(
  deps: WorkDeps,
  walking: Walking,
  walked: WalkedPage,
  prepare: (stored: ReadonlyMap<number, StoredVersion>) => RowLine[],
): Promise<Walking> {
  const { run } = walking;
  const startedAt = deps.clock();
  let results: AttemptOutcome[] = [];
  const next = await writePage(deps, walking, walked, async (sql) => {
    const ids = walked.newRows.flatMap(({ id }) => id ?? []);
    const stored = await findStoredVersions(sql, run, ids);
    const prepared = prepare(stored);
    failpoint('discovery.rows_prepared');
    const customers = prepared.flatMap(({ customer }) => customer ?? []);
    const outcomes = await storeCustomers(sql, run, customers, stored);
    failpoint('discovery.customers_written');
    const lines = completeRows(run.settings, prepared, outcomes);
    results = lines.flatMap(({ result }) => result ?? []);
    const batches = fillBatches(openBatchOf(walking.cursor), results, run.settings.batchSize);
    return {
      lines,
      fullBatches: batches.full,
      cursor: { ...walking.cursor, openBatch: batches.open },
      describe: (linesBefore) => [
        ...describeRows(run.settings, lines, linesBefore),
        ...describeCorrections(customers),
      ],
    };
  });
  const seconds = (deps.clock() - startedAt) / 1000;
  const outcomes = { ...countResults(results), released: 0 };
  deps.metrics.batchApplied({ kind: run.kind, seconds, outcomes });
  return next;
}

/** Saves a page as lines for the careful path, and enqueues their processing. */
export function saveLines(
  deps: WorkDeps,
  walking: Walking,
  walked: WalkedPage,
  lines: readonly NewLine[],
): Promise<Walking> {
  return writePage(deps, walking, walked, async () => ({
    lines,
    fullBatches: [],
    cursor: walking.cursor,
    describe: () => [],
  }));
}

/** What a page adds to its run. */
interface PageContent {
  lines: readonly NewLine[];
  fullBatches: readonly BatchCounts[];
  /** Of the step. */
  cursor: Record<string, unknown>;
  /** Activity entries of its lines. @param linesBefore number of lines of the run before this page */
  describe: (linesBefore: number) => ActivityEntry[];
}

/**
 * The transaction of a page: cursor, lines, activity, one notification.
 *
 * @param writeContent runs first; then the run's lock is taken
 */
async function writePage(
  deps: WorkDeps,
  walking: Walking,
  { page, reading, walk }: WalkedPage,
  writeContent: (sql: Sql) => Promise<PageContent>,
): Promise<Walking> {
  const { run, lease, pages, isFirstPage } = walking;
  const successStreak = walking.successStreak + 1;
  const ahead = prefetchAfter(walking.ahead, run.settings.pagesAhead, successStreak);
  const nextRequests = walking.isEnding ? 0 : pages.missing(walk, walking.total, ahead);
  const { spent, cursor } = await writeWalk(deps, run.orgId, async (sql) => {
    const content = await writeContent(sql);
    const moved = await moveCursor(sql, lease, {
      walk,
      prefetchPages: ahead,
      stepCursor: content.cursor,
      total: page.total,
      budget: budgetOf(walking, page),
      nextRequests,
    });
    const added = await insertLines(
      sql,
      run.orgId,
      run.id,
      moved.totalCount,
      reading,
      content.lines,
    );
    failpoint('discovery.lines_inserted');
    const entries = [
      describePage(walking.walk, walk, page, added),
      ...describeBadRows(content.lines),
      ...content.fullBatches.map((counts, index) =>
        describeBatch(moved.batchCount + index + 1, counts),
      ),
      ...content.describe(moved.totalCount),
    ];
    await callForWork(sql, run, moved, content.lines);
    if (isFirstPage) await recordStoreOk(sql, run.storeId);
    await appendAndNotify(sql, run.id, entries, content.fullBatches.length);
    return { spent: moved.spentRequests, cursor: content.cursor };
  });
  failpoint('discovery.page_committed');
  pages.prepay(spent);
  return {
    ...walking,
    run: { ...run, pageAttempts: 0, discoveryCrashCount: 0 },
    cursor,
    walk,
    ahead,
    successStreak,
    isFirstPage: false,
  };
}

/** The run's request budget, known with the first page; a verification window already has one. */
function budgetOf({ run, isFirstPage }: Walking, page: CustomerPage): number | null {
  if (!isFirstPage || run.kind === 'delta') return null;
  return budgetAfterFirstPage(page.total, page.rows.length, run.settings.pageSize);
}

/** Enqueues processing if lines wait for it. A retry asks the store again. */
async function callForWork(
  sql: Sql,
  run: RunRow,
  moved: MovedCursor,
  lines: readonly NewLine[],
): Promise<void> {
  const retries = lines.filter(({ result }) => result?.state === 'draft').length;
  if (retries > 0) await extendRequestBudget(sql, run.id, 2 * retries);
  const waiting = lines.filter(({ result, error }) => !result && !error).length + retries;
  if (waiting > 0 && needsProcessor(run, moved, waiting))
    await enqueueJob(sql, 'sync.process', run.id);
}

/**
 * Whether to enqueue processing. A worker that processes a batch claims the next one afterwards, so a job is
 * needed only if none does; a backlog justifies another one.
 */
function needsProcessor({ settings }: RunRow, moved: MovedCursor, added: number): boolean {
  const waiting = moved.draftCount + added;
  if (waiting < settings.batchSize) return false;
  if (moved.processingCount === 0) return true;
  const hasRoom = moved.processingCount <= settings.batchSize * (settings.maxParallelBatches - 1);
  return hasRoom && waiting >= settings.batchSize * BACKLOG_BATCHES;
}

function describePage(
  before: WalkState,
  after: WalkState,
  page: CustomerPage,
  added: number,
): ActivityEntry {
  const data = {
    rows: page.rows.length,
    added,
    offset: after.offset,
    lastId: after.lastId,
    total: page.total,
    ms: page.durationMs,
    warnings: page.warnings,
  };
  if (after.stepsBack > before.stepsBack) {
    return {
      event: 'discovery.stepped_back',
      level: 'warning',
      data,
      message:
        'Customers were deleted while the list was being read; reading the moved part again.',
    };
  }
  const odd = page.warnings.filter((warning) => warning !== 'total_missing');
  return {
    event: 'discovery.page',
    data,
    level: odd.length > 0 ? 'warning' : 'info',
    message:
      // Without the first row, which overlaps the previous page on purpose.
      `Read ${countOf(added, 'new customer')}` +
      (odd.length > 0 ? `; the response had problems (${odd.join(', ')})` : ''),
  };
}

function describeBadRows(lines: readonly NewLine[]): ActivityEntry[] {
  return lines.flatMap(({ error }) =>
    error
      ? [
          {
            event: 'line.failed',
            level: 'error' as const,
            message: error.message,
            data: { code: error.code },
          },
        ]
      : [],
  );
}
