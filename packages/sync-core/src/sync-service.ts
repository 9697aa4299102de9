import { createHash } from 'node:crypto';
import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from './domain/actor.ts';
import type { LineState } from './domain/line-state.ts';
import { isTerminal, type QueueState } from './domain/queue-state.ts';
import type { ActivityView, LineView, RunStatus } from './domain/run-status.ts';
import { SyncError } from './domain/sync-error.ts';
import { toRunStatus } from './domain/to-run-status.ts';
import { walkBudget } from './domain/walk.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { recordEnd } from './record-end.ts';
import { mergeRunSettings, type RunSettings, type RunSettingsOverrides } from './run-settings.ts';
import { appendActivity } from './store/append-activity.ts';
import { cancelLines } from './store/cancel-lines.ts';
import {
  findActiveQueue,
  findQueue,
  findQueueByIdempotencyKey,
  listQueues,
  type NamedQueueRow,
} from './store/find-queue.ts';
import { hint } from './store/hint.ts';
import { insertQueue } from './store/insert-queue.ts';
import { listActivity } from './store/list-activity.ts';
import { listLines } from './store/list-lines.ts';
import { lockQueue } from './store/lock-queue.ts';
import type { QueueRow } from './store/queue-row.ts';
import { clearAction } from './store/require-action.ts';
import { retryLines } from './store/retry-lines.ts';
import { ring } from './store/ring.ts';
import { findStore, type StoreRow } from './store/store-row.ts';

export interface SyncServiceDeps {
  database: Database;
  /** Settings where neither the store nor the call says otherwise. */
  defaults: RunSettings;
}

export interface StartInput {
  storeId: string;
  /** The same key returns the same run. */
  idempotencyKey?: string | undefined;
  settings?: RunSettingsOverrides | undefined;
}

export interface StartResult {
  run: RunStatus;
  /** False where a run with this key, or an active run of the store, was there already. */
  created: boolean;
  message: string;
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
      database.withOrg(caller.orgId, (sql) => start(sql, caller, input, defaults)),
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

async function start(
  sql: Sql,
  caller: Caller,
  input: StartInput,
  defaults: RunSettings,
): Promise<StartResult> {
  const requestHash = hashOf(input);
  const key = input.idempotencyKey ?? null;
  const known = key === null ? null : await findQueueByIdempotencyKey(sql, key);
  if (known) return resume(sql, known, requestHash);

  const store = await mustFindActiveStore(sql, input.storeId);
  const settings = mergeRunSettings(defaults, store.settings, input.settings ?? {});
  const id = await insertQueue(sql, {
    orgId: caller.orgId,
    storeId: store.id,
    idempotencyKey: key,
    requestHash,
    actor: caller.actor,
    settings,
  });
  if (id === null) return returnRival(sql, store, key, requestHash);

  await appendActivity(sql, id, [
    {
      event: 'run.started',
      message: `Run of “${store.name}” started.`,
      actor: caller.actor,
      data: { settings: input.settings ?? {}, idempotencyKey: key },
    },
  ]);
  await ring(sql, 'sync.discover', id);
  await hint(sql, id);
  return {
    run: toRunStatus(await mustFindQueue(sql, id)),
    created: true,
    message: 'The run is started.',
  };
}

/** The run of an idempotency key that was seen before; pushed on, in case it was interrupted. */
async function resume(sql: Sql, known: NamedQueueRow, requestHash: Buffer): Promise<StartResult> {
  if (!known.requestHash.equals(requestHash)) {
    throw new SyncError(
      'idempotency_key_reused',
      'This idempotency key was used to start another store, or with other settings.',
    );
  }
  if (isTerminal(known.state)) {
    return {
      run: toRunStatus(known),
      created: false,
      message: `The run of this key ended ${known.state}.`,
    };
  }
  await pushOn(sql, known);
  return { run: toRunStatus(known), created: false, message: 'The run of this key goes on.' };
}

/** Another caller was first: with the same key, or with a run of the same store. */
async function returnRival(
  sql: Sql,
  store: StoreRow,
  key: string | null,
  requestHash: Buffer,
): Promise<StartResult> {
  const sameKey = key === null ? null : await findQueueByIdempotencyKey(sql, key);
  if (sameKey) return resume(sql, sameKey, requestHash);
  const active = await findActiveQueue(sql, store.id);
  if (!active) {
    throw new SyncError(
      'already_active',
      'The run of this store that was active has just ended. Start again.',
    );
  }
  await pushOn(sql, active);
  return {
    run: toRunStatus(active),
    created: false,
    message: 'A run of this store is active already.',
  };
}

async function pushOn(sql: Sql, run: QueueRow): Promise<void> {
  if (run.discoveryState === 'pending' || run.discoveryState === 'walking')
    await ring(sql, 'sync.discover', run.id);
  if (run.counts.draft > 0) await ring(sql, 'sync.process', run.id);
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
  const retriedLines = await retryLines(sql, queueId, retryBudget(run));
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
  return run.processCount >= run.settings.maxRounds || run.action?.code === 'worker_died';
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

async function mustFindQueue(sql: Sql, queueId: string): Promise<NamedQueueRow> {
  const run = await findQueue(sql, queueId);
  if (!run) throw new SyncError('run_not_found', 'There is no such run.');
  return run;
}

async function mustLockQueue(sql: Sql, queueId: string): Promise<QueueRow> {
  const run = await lockQueue(sql, queueId);
  if (!run) throw new SyncError('run_not_found', 'There is no such run.');
  return run;
}

async function mustFindActiveStore(sql: Sql, storeId: string): Promise<StoreRow> {
  const store = await findStore(sql, storeId);
  if (!store) throw new SyncError('store_not_found', 'There is no such store.');
  if (store.pause)
    throw new SyncError('store_paused', `The store is paused: ${store.pause.reason}`);
  return store;
}

/** What a start asks for; the key itself is not part of it. */
function hashOf({ storeId, settings = {} }: StartInput): Buffer {
  const given = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([storeId.toLowerCase(), given]))
    .digest();
}
