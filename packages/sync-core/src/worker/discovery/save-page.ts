import { prefetchAfter } from '../../domain/pacing.ts';
import { budgetAfterFirstPage, type WalkState } from '../../domain/walk.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { type ActivityEntry, appendActivity } from '../../sql/activity.ts';
import { insertLines, moveCursor, type MovedCursor, type NewLine } from '../../sql/discovery.ts';
import { notifyRunChanged, enqueueAndNotify } from '../../sql/jobs.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { recordStoreOk } from '../../sql/stores.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import type { WorkDeps } from '../job.ts';
import { type Walking, writeWalk } from './walking.ts';

/** Batches waiting that make a further processor worth its while. */
const BACKLOG_BATCHES = 3;

/** Stores a page: cursor, lines, activity, the bell for processing, one hint. */
export async function savePage(
  deps: WorkDeps,
  walking: Walking,
  walk: WalkState,
  page: CustomerPage,
  lines: readonly NewLine[],
): Promise<void> {
  const { run, lease } = walking;
  walking.successStreak += 1;
  const ahead = prefetchAfter(walking.ahead, run.settings.pagesAhead, walking.successStreak);
  // A slice brought its budget along.
  const budget =
    walking.isFirstPage && run.kind !== 'delta'
      ? budgetAfterFirstPage(page.total, page.rows.length, run.settings.pageSize)
      : null;
  const fetchedAt = page.storeDate ?? new Date(deps.clock());
  const nextRequests = walking.pages.missing(walk, walking.total, ahead);
  const spent = await writeWalk(deps, run.orgId, async (sql) => {
    const cursor = { walk, prefetchPages: ahead, total: page.total, budget, nextRequests };
    const moved = await moveCursor(sql, lease, cursor);
    const added = await insertLines(sql, run.orgId, run.id, moved.totalCount, fetchedAt, lines);
    failpoint('discovery.lines_inserted');
    await appendActivity(sql, run.id, [
      describePage(walking.walk, walk, page, added),
      ...describeBadRows(lines),
    ]);
    if (walking.isFirstPage) await recordStoreOk(sql, run.storeId);
    if (needsProcessor(run, moved, added)) await enqueueAndNotify(sql, 'sync.process', run.id);
    else await notifyRunChanged(sql, run.id);
    return moved.spentRequests;
  });
  failpoint('discovery.page_committed');
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
        'Customers were deleted while the list was read; went back over the part that moved.',
    };
  }
  const odd = page.warnings.filter((warning) => warning !== 'total_missing');
  return {
    event: 'discovery.page',
    data,
    level: odd.length > 0 ? 'warning' : 'info',
    message:
      `Read ${page.rows.length} ${page.rows.length === 1 ? 'row' : 'rows'}, ${added} new` +
      (odd.length > 0 ? `; the answer was odd (${odd.join(', ')})` : ''),
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
