import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from './domain/actor.ts';
import type { LineState } from './domain/line-state.ts';
import { isTerminal, type QueueState } from './domain/queue-state.ts';
import type { RunKind } from './domain/run-kind.ts';
import type { ActivityView, LineView, RunStatus } from './domain/run-status.ts';
import { SyncError } from './domain/sync-error.ts';
import { toRunStatus } from './domain/to-run-status.ts';
import { walkBudget } from './domain/walk.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { failpoint } from './failpoint.ts';
import { recordEnd } from './record-end.ts';
import type { RunSettings } from './run-settings.ts';
import {
  mustFindActiveStore,
  mustFindQueue,
  pushOn,
  type StartInput,
  type StartResult,
  startRun,
} from './start-run.ts';
import { appendActivity } from './store/append-activity.ts';
import { cancelLines } from './store/cancel-lines.ts';
import { findActiveQueue, listQueues } from './store/find-queue.ts';
import { approveDeletions } from './store/deletion-candidates.ts';
import { hint } from './store/hint.ts';
import { listActivity } from './store/list-activity.ts';
import { listLines } from './store/list-lines.ts';
import { lockQueue } from './store/lock-queue.ts';
import type { QueueRow } from './store/queue-row.ts';
import { clearAction } from './store/require-action.ts';
import { retryLines } from './store/retry-lines.ts';

export interface SyncServiceDeps {
  database: Database;
  /** Settings where neither the store nor the call says otherwise. */
  defaults: RunSettings;
}

/** The four actions and what there is to read. Every call is made on behalf of one organisation. */
export interface SyncService {
  /**
   * Starts a run of a store, or returns the one that is active, or the one that was started under the
   * same idempotency key. Answers at once; the work is the workers'.
   * @throws SyncError `store_not_found`, `store_paused`, `idempotency_key_reused`
   */
  start(caller: Caller, input: StartInput): Promise<StartResult>;
  /** @throws SyncError `run_not_found` */
  status(caller: Caller, input: { queueId: string }): Promise<RunStatus>;
  /**
   * Begins a new round on the failed lines, and goes on with a discovery that had given up.
   * @throws SyncError `run_not_found`, `already_over`, `override_required`, `store_paused`, `already_active`
   */
  retry(
    caller: Caller,
    input: { queueId: string; override?: boolean | undefined },
  ): Promise<{ run: RunStatus; retriedLines: number; message: string }>;
  /**
   * Cancels all that is not done; the run is then done. Always works.
   * @throws SyncError `run_not_found`
   */
  forceDone(
    caller: Caller,
    input: { queueId: string; reason: string },
  ): Promise<{ run: RunStatus; cancelledLines: number; message: string }>;
  /** Runs, newest first. @throws SyncError `invalid_cursor` */
  list(
    caller: Caller,
    input: {
      storeId?: string | undefined;
      state?: QueueState | undefined;
      /** All kinds unless given. */
      kinds?: readonly RunKind[] | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ): Promise<{ items: RunStatus[]; nextCursor: string | null }>;
  /** Lines of a run in order. @throws SyncError `run_not_found`, `invalid_cursor` */
  lines(
    caller: Caller,
    input: {
      queueId: string;
      state?: LineState | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ): Promise<{ items: LineView[]; nextCursor: string | null }>;
  /** Activity of a run: after an entry oldest first, else newest first. @throws SyncError `run_not_found` */
  activity(
    caller: Caller,
    input: {
      queueId: string;
      after?: number | undefined;
      before?: number | undefined;
      limit: number;
    },
  ): Promise<{ items: ActivityView[] }>;
}

export function createSyncService({ database, defaults }: SyncServiceDeps): SyncService {
  return {
    start: (caller, input) =>
      database.withOrg(caller.orgId, (sql) => startRun(sql, caller, input, defaults)),
    status: (caller, { queueId }) =>
      database.withOrg(caller.orgId, async (sql) => toRunStatus(await mustFindQueue(sql, queueId))),
    retry: (caller, input) => database.withOrg(caller.orgId, (sql) => retry(sql, caller, input)),
    forceDone: (caller, input) =>
      database.withOrg(caller.orgId, (sql) => forceDone(sql, caller, input)),
    list: (caller, { cursor, limit, ...filter }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const before = decodeCursor(cursor, ['createdAt', 'id']);
        const rows = await listQueues(sql, { ...filter, before, limit: limit + 1 });
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        return {
          items: rows.slice(0, limit).map(toRunStatus),
          nextCursor: last ? encodeCursor({ createdAt: last.createdAtExact, id: last.id }) : null,
        };
      }),
    lines: (caller, { queueId, state, cursor, limit }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await mustFindQueue(sql, queueId);
        const after = Number(decodeCursor(cursor, ['position'])?.position ?? 0);
        const items = await listLines(sql, { queueId, state, after, limit: limit + 1 });
        const last = items.length > limit ? items[limit - 1] : undefined;
        return {
          items: items.slice(0, limit),
          nextCursor: last ? encodeCursor({ position: String(last.position) }) : null,
        };
      }),
    activity: (caller, input) =>
      database.withOrg(caller.orgId, async (sql) => {
        await mustFindQueue(sql, input.queueId);
        return { items: await listActivity(sql, input) };
      }),
  };
}

async function retry(
  sql: Sql,
  caller: Caller,
  { queueId, override = false }: { queueId: string; override?: boolean | undefined },
): Promise<{ run: RunStatus; retriedLines: number; message: string }> {
  const run = await mustLockQueue(sql, queueId);
  if (run.state === 'done') {
    throw new SyncError('already_over', 'The run is done; there is nothing to retry.');
  }
  await mustFindActiveStore(sql, run.storeId);
  if (!isTerminal(run.state)) return goOn(sql, run);
  if (needsOverride(run) && !override) {
    throw new SyncError(
      'override_required',
      run.action?.reason ?? `${run.processCount} rounds of this run ended with failures.`,
    );
  }
  if (await findActiveQueue(sql, run.storeId)) {
    throw new SyncError('already_active', 'Another run of this store is active.');
  }
  if (override && run.discoveryError?.code === 'too_many_deletions')
    await approveDeletions(sql, queueId);
  const retriedLines = await retryLines(sql, queueId, retryBudget(run));
  failpoint('retry.lines_reset');
  await appendActivity(sql, queueId, [
    {
      event: 'run.retried',
      message: `Round ${run.round + 1}: ${retriedLines} failed customers are tried again${override ? ', by override' : ''}.`,
      actor: caller.actor,
      data: { retriedLines, override },
    },
  ]);
  await pushOnNow(sql, queueId);
  return {
    run: toRunStatus(await mustFindQueue(sql, queueId)),
    retriedLines,
    message: `${retriedLines} failed customers are tried again.`,
  };
}

/** A retry of a run that is going: pushed on, and free of an alarm that a resumed store has settled. */
async function goOn(
  sql: Sql,
  run: QueueRow,
): Promise<{ run: RunStatus; retriedLines: number; message: string }> {
  if (run.action) await clearAction(sql, run.id);
  await pushOnNow(sql, run.id);
  return {
    run: toRunStatus(await mustFindQueue(sql, run.id)),
    retriedLines: 0,
    message: 'The run is going; nothing had to be retried.',
  };
}

async function pushOnNow(sql: Sql, queueId: string): Promise<void> {
  await pushOn(sql, (await lockQueue(sql, queueId)) as QueueRow);
  await hint(sql, queueId);
}

/** Where only a person can help, retrying is theirs to decide; a store that they resumed is decided. */
function needsOverride(run: QueueRow): boolean {
  return (
    run.processCount >= run.settings.maxRounds ||
    ['worker_died', 'too_many_deletions'].includes(run.action?.code ?? '')
  );
}

/** Requests for a new round: its failed customers one by one and together, and the rest of the walk. */
function retryBudget(run: QueueRow): number {
  const walk =
    run.discoveryState === 'failed' ? walkBudget(run.firstTotal, run.settings.pageSize) : 0;
  return 50 + 2 * run.counts.failed + walk;
}

async function forceDone(
  sql: Sql,
  caller: Caller,
  { queueId, reason }: { queueId: string; reason: string },
): Promise<{ run: RunStatus; cancelledLines: number; message: string }> {
  const run = await mustLockQueue(sql, queueId);
  if (run.state === 'done') {
    const status = toRunStatus(await mustFindQueue(sql, queueId));
    return { run: status, cancelledLines: 0, message: 'The run was done already.' };
  }
  const cancelledLines = await cancelLines(sql, queueId);
  failpoint('force_done.lines_cancelled');
  await appendActivity(sql, queueId, [
    {
      event: 'run.forced_done',
      level: 'warning',
      message: `Forced done, ${cancelledLines} customers cancelled: ${reason}`,
      actor: caller.actor,
      data: { cancelledLines, from: run.state },
    },
  ]);
  await recordEnd(sql, queueId, run.state);
  await hint(sql, queueId);
  return {
    run: toRunStatus(await mustFindQueue(sql, queueId)),
    cancelledLines,
    message: `${cancelledLines} customers are cancelled; the run is done.`,
  };
}

async function mustLockQueue(sql: Sql, queueId: string): Promise<QueueRow> {
  const run = await lockQueue(sql, queueId);
  if (!run) throw new SyncError('run_not_found', 'There is no such run.');
  return run;
}
