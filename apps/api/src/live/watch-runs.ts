import {
  type ActivityView,
  type Caller,
  type RunStatus,
  runStatusSchema,
  type ShareCall,
  type StoreService,
  SyncError,
  type SyncService,
} from '@mantis-sync/sync-core';
import { tracked, type TrackedEnvelope } from '@trpc/server';
import { activityOutput, type WatchEvent, type WatchInput } from '../schemas/sync-schemas.ts';
import { createGate } from './create-gate.ts';
import type { Changes, LiveRuns } from './live-runs.ts';
import type { StreamLimits } from './stream-limits.ts';

const newestEntries = 50;
const pageOfEntries = 100;
const newestRuns = 20;
const activeRuns = 100;

/** Limits of a stream, in milliseconds. */
export interface WatchPace {
  /** Shortest time between two reads of a run, shared by all its streams: a busy run is sent at most ten times a second. */
  gapMs: number;
  /** Longest time between two checks of the session or key, while there are changes to send. */
  recheckMs: number;
}

/** What a stream reads, and for whom. */
interface WatchDeps {
  caller: Caller;
  sync: SyncService;
  stores: StoreService;
  live: LiveRuns;
  pace: WatchPace;
  share: ShareCall;
  streamLimits: StreamLimits;
  isStillValid(caller: Caller): Promise<boolean>;
}

type WatchStream = AsyncGenerator<TrackedEnvelope<WatchEvent>, void>;

/**
 * A stream of snapshots: first the current state, then every change; a client that resumes with `lastEventId`
 * misses nothing. It continues after a run has ended, since a retry may follow.
 *
 * Ends with UNAUTHORIZED once the session or key is no longer valid. When the process stops, it ends with an
 * AbortError, which closes the connection: the browser reconnects.
 * @throws TooManyStreamsError; SyncError if the run or store does not exist in this organisation.
 */
export function watchRuns(
  deps: WatchDeps,
  input: WatchInput,
  signal: AbortSignal = new AbortController().signal,
): WatchStream {
  const { runId } = input;
  const stream =
    runId === undefined
      ? watchRunList(deps, input.storeId, signal)
      : watchOneRun(deps, { runId, lastEventId: input.lastEventId ?? undefined }, signal);
  return endedWith(signal, limited(deps, stream));
}

/** Counts as one of the streams that its caller may have. */
async function* limited({ streamLimits, caller }: WatchDeps, stream: WatchStream): WatchStream {
  const leave = streamLimits.enter(caller);
  try {
    yield* stream;
  } finally {
    leave();
  }
}

/** A client that disconnects is not an error; an unhandled rejection would end the process. */
async function* endedWith(signal: AbortSignal, stream: WatchStream): WatchStream {
  try {
    yield* stream;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** One run with its activity. The event id is `<revision>.<sequence number of the last entry sent>`. */
async function* watchOneRun(
  deps: WatchDeps,
  input: { runId: string; lastEventId: string | undefined },
  signal: AbortSignal,
): WatchStream {
  const { runId } = input;
  const { orgId } = deps.caller;
  const subscription = deps.live.subscribe({ orgId, runId });
  const pass = createGate(deps);
  try {
    let run = await readRun(deps, runId);
    let sent = { mark: '', seq: resumeFrom(input.lastEventId, run) };
    for (;;) {
      if (markOf(run) !== sent.mark || run.activitySeq > (sent.seq ?? 0)) {
        const activity = await readActivity(deps, runId, sent.seq);
        const seq = activity.at(-1)?.seq ?? sent.seq ?? 0;
        sent = { mark: markOf(run), seq };
        yield tracked<WatchEvent>(`${run.revision}.${seq}`, { type: 'run', run, activity });
        // More activity than fits into one event: continue immediately.
        if (activity.length === pageOfEntries) continue;
      }
      await subscription.next(signal);
      // Together, so that a stream that is checked shares the read with the others.
      [run] = await Promise.all([readRun(deps, runId), pass()]);
    }
  } finally {
    subscription.close();
  }
}

/** Number of the client's last entry; undefined if it has none of this run. */
function resumeFrom(lastEventId: string | undefined, run: RunStatus): number | undefined {
  const match = /^\d+\.(\d+)$/.exec(lastEventId ?? '');
  if (!match) return undefined;
  const seq = Number(match[1]);
  // A number from before a database restore would hide new entries.
  return seq <= run.activitySeq ? seq : undefined;
}

/** Entries after `seq`, oldest first; without it, the newest. */
async function readActivity(
  { share, sync, caller }: WatchDeps,
  runId: string,
  seq: number | undefined,
): Promise<ActivityView[]> {
  return share(`${caller.orgId} activity ${runId} ${seq ?? 'newest'}`, async () => {
    const { items } =
      seq === undefined
        ? await sync.activity(caller, { runId, limit: newestEntries })
        : await sync.activity(caller, { runId, after: seq, limit: pageOfEntries });
    return activityOutput.shape.items.parse(seq === undefined ? items.toReversed() : items);
  });
}

/** The runs of an organisation or a store: first the active and newest ones, then each that changes. */
async function* watchRunList(
  deps: WatchDeps,
  storeId: string | undefined,
  signal: AbortSignal,
): WatchStream {
  const { caller } = deps;
  const subscription = deps.live.subscribe({ orgId: caller.orgId, storeId });
  const pass = createGate(deps);
  try {
    if (storeId !== undefined) await deps.stores.get(caller, { storeId });
    let shown: Map<string, string> | undefined;
    let eventNumber = 0;
    let changes: Changes = { resync: true, runIds: new Set() };
    for (;;) {
      const runs = changes.resync
        ? await deps.share(`${caller.orgId} runs ${storeId}`, () => readRuns(deps, storeId))
        : await readSome(deps, changes.runIds);
      if (!shown || (changes.resync && lacksAny(runs, shown))) {
        shown = new Map(runs.map((run) => [run.runId, markOf(run)]));
        yield tracked<WatchEvent>(`runs.${++eventNumber}`, { type: 'runs', runs });
      }
      for (const run of runs) {
        if (shown.get(run.runId) === markOf(run)) continue;
        shown.set(run.runId, markOf(run));
        yield tracked<WatchEvent>(`runs.${++eventNumber}`, { type: 'run', run, activity: [] });
      }
      changes = await subscription.next(signal);
      await pass();
    }
  } finally {
    subscription.close();
  }
}

async function readRuns(
  { sync, caller }: WatchDeps,
  storeId: string | undefined,
): Promise<RunStatus[]> {
  const lists = await Promise.all([
    sync.list(caller, { storeId, limit: newestRuns }),
    sync.list(caller, { storeId, state: 'processing', limit: activeRuns }),
    sync.list(caller, { storeId, state: 'draft', limit: activeRuns }),
  ]);
  const runs = new Map(lists.flatMap(({ items }) => items).map((run) => [run.runId, run]));
  return [...runs.values()]
    .map((run) => runStatusSchema.parse(run))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** Without runs that were removed meanwhile. */
async function readSome(deps: WatchDeps, runIds: ReadonlySet<string>): Promise<RunStatus[]> {
  const runs: RunStatus[] = [];
  for (const runId of runIds) {
    try {
      runs.push(await readRun(deps, runId));
    } catch (error) {
      if (!(error instanceof SyncError && error.code === 'run_not_found')) throw error;
    }
  }
  return runs;
}

/** Whether a shown run is gone. A full list says nothing about older ones. */
function lacksAny(runs: readonly RunStatus[], shown: ReadonlyMap<string, string>): boolean {
  return runs.length < Math.min(shown.size, newestRuns);
}

/** Reads a run, shared by all streams of it, and so is the check against its schema. */
function readRun({ share, sync, caller }: WatchDeps, runId: string): Promise<RunStatus> {
  return share(`${caller.orgId} run ${runId}`, async () =>
    runStatusSchema.parse(await sync.status(caller, { runId })),
  );
}

/** Changes whenever the visible state changes: texts depend on the time and the store too. */
function markOf(run: RunStatus): string {
  return `${run.revision} ${run.phase} ${run.phaseText}`;
}
