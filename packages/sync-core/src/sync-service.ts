import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from './domain/actor.ts';
import type { QueueState } from './domain/queue-state.ts';
import type { BatchMap, Failures, LineDetail, Throughput } from './domain/run-detail.ts';
import type { RunKind } from './domain/run-kind.ts';
import type { ActivityView, LineView, RunStatus } from './domain/run-status.ts';
import { SyncError } from './domain/sync-error.ts';
import { toRunStatus } from './domain/to-run-status.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { failpoint } from './failpoint.ts';
import { recordEnd } from './record-end.ts';
import { type RetryInput, type RetryResult, retryRun } from './retry-run.ts';
import type { RunSettings } from './run-settings.ts';
import {
  mustFindQueue,
  mustLockQueue,
  type StartInput,
  type StartResult,
  startRun,
} from './start-run.ts';
import { appendActivity } from './store/append-activity.ts';
import { cancelLines } from './store/cancel-lines.ts';
import { listQueues } from './store/find-queue.ts';
import { findLine, listChangesOfRun } from './store/find-line.ts';
import { hint } from './store/hint.ts';
import { type ActivityRange, listActivity, listAttempts } from './store/list-activity.ts';
import { listFailures } from './store/list-failures.ts';
import { type LineFilter, listLines } from './store/list-lines.ts';
import { readBatchMap } from './store/read-batch-map.ts';
import { readThroughput } from './store/read-throughput.ts';

/** Reasons of failures that are told apart; what is beyond them is counted together. */
const mostFailureGroups = 50;

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
   * Begins a new round on the failed lines, all or those of one reason, and goes on with a discovery that
   * had given up.
   * @throws SyncError `run_not_found`, `already_over`, `override_required`, `store_paused`, `already_active`,
   *   `nothing_to_retry`
   */
  retry(caller: Caller, input: RetryInput): Promise<RetryResult>;
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
    input: LineFilter & { queueId: string; cursor?: string | undefined; limit: number },
  ): Promise<{ items: LineView[]; nextCursor: string | null }>;
  /** Activity of a run: after an entry oldest first, else newest first. @throws SyncError `run_not_found` */
  activity(caller: Caller, input: ActivityRange): Promise<{ items: ActivityView[] }>;
  /** One line with all that is known of it. @throws SyncError `run_not_found`, `line_not_found` */
  line(caller: Caller, input: { queueId: string; position: number }): Promise<LineDetail>;
  /** Failed lines by their reason. @throws SyncError `run_not_found` */
  failures(caller: Caller, input: { queueId: string }): Promise<Failures>;
  /** How fast a run went. @throws SyncError `run_not_found` */
  throughput(caller: Caller, input: { queueId: string }): Promise<Throughput>;
  /** Where in the list the lines of each state are. @throws SyncError `run_not_found` */
  batchMap(caller: Caller, input: { queueId: string }): Promise<BatchMap>;
}

export function createSyncService({ database, defaults }: SyncServiceDeps): SyncService {
  return {
    start: (caller, input) =>
      database.withOrg(caller.orgId, (sql) => startRun(sql, caller, input, defaults)),
    status: (caller, { queueId }) =>
      database.withOrg(caller.orgId, async (sql) => toRunStatus(await mustFindQueue(sql, queueId))),
    retry: (caller, input) => database.withOrg(caller.orgId, (sql) => retryRun(sql, caller, input)),
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
    lines: (caller, { queueId, cursor, limit, ...filter }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await mustFindQueue(sql, queueId);
        const after = Number(decodeCursor(cursor, ['position'])?.position ?? 0);
        const items = await listLines(sql, queueId, filter, { after, limit: limit + 1 });
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
    line: (caller, { queueId, position }) =>
      database.withOrg(caller.orgId, (sql) => readLine(sql, caller.orgId, queueId, position)),
    failures: (caller, { queueId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await mustFindQueue(sql, queueId);
        return listFailures(sql, queueId, mostFailureGroups);
      }),
    throughput: (caller, { queueId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await mustFindQueue(sql, queueId);
        return readThroughput(sql, queueId);
      }),
    batchMap: (caller, { queueId }) =>
      database.withOrg(caller.orgId, async (sql) =>
        readBatchMap(sql, await mustFindQueue(sql, queueId)),
      ),
  };
}

async function readLine(
  sql: Sql,
  orgId: string,
  queueId: string,
  position: number,
): Promise<LineDetail> {
  const { storeId } = await mustFindQueue(sql, queueId);
  const found = await findLine(sql, queueId, position);
  if (!found) throw new SyncError('line_not_found', 'The run has no such line.');
  const { wooCustomerId } = found.line;
  const owner = { orgId, storeId, queueId };
  return {
    ...found,
    changes: wooCustomerId === null ? [] : await listChangesOfRun(sql, owner, wooCustomerId),
    attempts: await listAttempts(sql, queueId, position),
  };
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
