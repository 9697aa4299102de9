import type { Database, Sql } from '@mantis-sync/db';
import type { ActivityView } from '../domain/activity.ts';
import type { Actor, Caller } from '../domain/actor.ts';
import { countOf } from '../domain/count-words.ts';
import type {
  BatchMap,
  FailureKey,
  Failures,
  LineDetail,
  LineView,
  Throughput,
} from '../domain/run-detail.ts';
import type { RunKind } from '../domain/run-kind.ts';
import type { RunSettings } from '../domain/run-settings.ts';
import type { RunState } from '../domain/state-machine.ts';
import { SyncError } from '../domain/sync-error.ts';
import { type RunStatus, toRunStatus } from '../domain/run-status.ts';
import { failpoint } from '../platform/failpoint.ts';
import { type ActivityRange, listActivity, listAttempts } from '../sql/activity.ts';
import {
  countLines,
  findLine,
  type LineFilter,
  listFailures,
  listLines,
} from '../sql/line-views.ts';
import { listChangesOfRun } from '../sql/customer-history.ts';
import { readBatchMap, readThroughput } from '../sql/line-charts.ts';
import { cancelLines } from '../sql/lines.ts';
import { recordForced } from '../sql/runs.ts';
import { listRunRows, requireRun } from '../sql/run-row.ts';
import { changeRun } from './change-run.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type RetryInput, type RetryResult, retryRun } from './retry-run.ts';
import { searchInRun } from './search-in-run.ts';
import { type StartInput, type StartResult, startRun } from './start-run.ts';

/** Matching lines are counted up to this number. */
const MOST_COUNTED = 10_000;

/** Reasons listed separately; further ones are counted together. */
const mostFailureGroups = 50;

export interface SyncServiceDeps {
  database: Database;
  /** Settings used unless the store or the call overrides them. */
  defaults: RunSettings;
}

/** Starts, retries, ends and reads runs. Every call is limited to one organisation. */
export interface SyncService {
  /**
   * Starts a run of a store, or returns the active one, or the one started with the same idempotency key.
   * Returns immediately; workers do the work.
   * @throws SyncError `store_not_found`, `store_paused`, `idempotency_key_reused`
   */
  start(caller: Caller, input: StartInput): Promise<StartResult>;
  /** @throws SyncError `run_not_found` */
  status(caller: Caller, input: { runId: string }): Promise<RunStatus>;
  /**
   * Starts a new round for the failed lines, all or a selection, and resumes a discovery that had failed.
   * @throws SyncError `run_not_found`, `already_over`, `override_required`, `store_paused`, `already_active`,
   * `nothing_to_retry`
   */
  retry(caller: Caller, input: RetryInput): Promise<RetryResult>;
  /**
   * Cancels everything that is not done; the run is then done. Always succeeds.
   * @throws SyncError `run_not_found`
   */
  forceDone(
    caller: Caller,
    input: { runId: string; reason: string },
  ): Promise<{ run: RunStatus; cancelledLines: number; message: string }>;
  /** Runs, newest first. @throws SyncError `invalid_cursor` */
  list(
    caller: Caller,
    input: {
      storeId?: string | undefined;
      state?: RunState | undefined;
      /** All states unless given. */
      states?: readonly RunState[] | undefined;
      /** Started by this actor; anyone unless given. */
      starters?: readonly Actor['type'][] | undefined;
      /** Created at or after this time, and before the next one. */
      from?: Date | undefined;
      to?: Date | undefined;
      /** All kinds unless given. */
      kinds?: readonly RunKind[] | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ): Promise<{ items: RunStatus[]; nextCursor: string | null }>;
  /** Lines of a run in order. @throws SyncError `run_not_found`, `invalid_cursor` */
  lines(
    caller: Caller,
    input: Omit<LineFilter, 'search' | 'positions'> & {
      runId: string;
      failure?: FailureKey | undefined;
      /** Name, email address, company, or the number of a customer. */
      q?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ): Promise<{
    items: LineView[];
    nextCursor: string | null;
    /** On the first page: number of matching lines; null above 10,000. */
    total: number | null;
  }>;
  /** Activity of a run: after a given entry oldest first, else newest first. @throws SyncError `run_not_found` */
  activity(caller: Caller, input: ActivityRange): Promise<{ items: ActivityView[] }>;
  /** One line in detail. @throws SyncError `run_not_found`, `line_not_found` */
  line(caller: Caller, input: { runId: string; position: number }): Promise<LineDetail>;
  /** Failed lines by reason. @throws SyncError `run_not_found` */
  failures(caller: Caller, input: { runId: string }): Promise<Failures>;
  /** Throughput of a run. @throws SyncError `run_not_found` */
  throughput(caller: Caller, input: { runId: string }): Promise<Throughput>;
  /** States of a run's lines by position. @throws SyncError `run_not_found` */
  batchMap(caller: Caller, input: { runId: string }): Promise<BatchMap>;
}

export function createSyncService({ database, defaults }: SyncServiceDeps): SyncService {
  return {
    start: (caller, input) =>
      database.withOrg(caller.orgId, (sql) => startRun(sql, caller, input, defaults)),
    status: (caller, { runId }) =>
      database.withOrg(caller.orgId, async (sql) => toRunStatus(await requireRun(sql, runId))),
    retry: (caller, input) => database.withOrg(caller.orgId, (sql) => retryRun(sql, caller, input)),
    forceDone: (caller, input) =>
      database.withOrg(caller.orgId, (sql) => forceDone(sql, caller, input)),
    list: (caller, { cursor, limit, ...filter }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const before = decodeCursor(cursor, ['createdAt', 'id']);
        const rows = await listRunRows(sql, { ...filter, before, limit: limit + 1 });
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        return {
          items: rows.slice(0, limit).map(toRunStatus),
          nextCursor: last ? encodeCursor({ createdAt: last.createdAtExact, id: last.id }) : null,
        };
      }),
    lines: (caller, { runId, cursor, limit, failure, q, ...given }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const { storeId } = await requireRun(sql, runId);
        const filter: LineFilter = {
          ...given,
          failures: failure ? [failure, ...(given.failures ?? [])] : given.failures,
          search: q ? await searchInRun(sql, storeId, q) : undefined,
        };
        const after = Number(decodeCursor(cursor, ['position'])?.position ?? 0);
        const items = await listLines(sql, runId, filter, { after, limit: limit + 1 });
        const last = items.length > limit ? items[limit - 1] : undefined;
        return {
          items: items.slice(0, limit),
          nextCursor: last ? encodeCursor({ position: String(last.position) }) : null,
          total: cursor ? null : await countFitting(sql, runId, filter),
        };
      }),
    activity: (caller, input) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireRun(sql, input.runId);
        return { items: await listActivity(sql, input) };
      }),
    line: (caller, { runId, position }) =>
      database.withOrg(caller.orgId, (sql) => readLine(sql, caller.orgId, runId, position)),
    failures: (caller, { runId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireRun(sql, runId);
        return listFailures(sql, runId, mostFailureGroups);
      }),
    throughput: (caller, { runId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireRun(sql, runId);
        return readThroughput(sql, runId);
      }),
    batchMap: (caller, { runId }) =>
      database.withOrg(caller.orgId, async (sql) =>
        readBatchMap(sql, await requireRun(sql, runId)),
      ),
  };
}

async function countFitting(sql: Sql, runId: string, filter: LineFilter): Promise<number | null> {
  const count = await countLines(sql, runId, filter, MOST_COUNTED + 1);
  return count > MOST_COUNTED ? null : count;
}

async function readLine(
  sql: Sql,
  orgId: string,
  runId: string,
  position: number,
): Promise<LineDetail> {
  const { storeId } = await requireRun(sql, runId);
  const found = await findLine(sql, runId, position);
  if (!found) throw new SyncError('line_not_found', 'The run has no such line.');
  const { wooCustomerId } = found.line;
  const owner = { orgId, storeId, runId };
  return {
    ...found,
    changes: wooCustomerId === null ? [] : await listChangesOfRun(sql, owner, wooCustomerId),
    attempts: await listAttempts(sql, runId, position),
  };
}

async function forceDone(
  sql: Sql,
  caller: Caller,
  { runId, reason }: { runId: string; reason: string },
): Promise<{ run: RunStatus; cancelledLines: number; message: string }> {
  const cancelledLines = await changeRun(sql, runId, async (run) => {
    if (run.state === 'done') return { result: null, notify: false };
    const cancelled = await cancelLines(sql, runId);
    failpoint('force_done.lines_cancelled');
    const entry = {
      event: 'run.forced_done',
      level: 'warning' as const,
      message: `Forced done, ${countOf(cancelled, 'customer')} cancelled: ${reason}`,
      actor: caller.actor,
      data: { cancelledLines: cancelled, from: run.state },
    };
    await recordForced(sql, runId, { by: caller.actor, reason, cancelled });
    return { result: cancelled, activity: [entry] };
  });
  return {
    run: toRunStatus(await requireRun(sql, runId)),
    cancelledLines: cancelledLines ?? 0,
    message:
      cancelledLines === null
        ? 'The run was already done.'
        : `The run is done; ${countOf(cancelledLines, 'customer')} cancelled.`,
  };
}
