import { TRPCError, type TrackedEnvelope } from '@trpc/server';
import type { Caller, RunStatus, StoreService, SyncService } from '@mantis-sync/sync-core';
import type { WatchEvent } from '../schemas/sync-schemas.ts';
import type { LiveRuns } from './live-runs.ts';
import type { ShareRead } from './shared-reads.ts';
import type { StreamLimits } from './stream-limits.ts';

/** Limits of a stream, in milliseconds. */
export interface WatchPace {
  /** Shortest time between two reads of a run, shared by all its streams: a busy run is sent at most ten times a second. */
  gapMs: number;
  /** How often the session or key is checked again. */
  recheckMs: number;
}

/** What a stream reads, and for whom. */
export interface WatchDeps {
  caller: Caller;
  sync: SyncService;
  stores: StoreService;
  live: LiveRuns;
  pace: WatchPace;
  share: ShareRead;
  streamLimits: StreamLimits;
  isStillValid(caller: Caller): Promise<boolean>;
}

export type WatchStream = AsyncGenerator<TrackedEnvelope<WatchEvent>, void>;

/** Reads a run, shared by all streams of it. */
export function readRun({ share, sync, caller }: WatchDeps, runId: string): Promise<RunStatus> {
  return share(`${caller.orgId} run ${runId}`, () => sync.status(caller, { runId }));
}

/** Changes whenever the visible state changes: texts depend on the time and the store too. */
export function markOf(run: RunStatus): string {
  return `${run.revision} ${run.phase} ${run.phaseText}`;
}

/** Called between two reads: re-checks authorization now and then. */
export function createGate(deps: WatchDeps): () => Promise<void> {
  const { recheckMs } = deps.pace;
  let nextCheckAt = performance.now() + recheckMs;

  return async function pass() {
    const now = performance.now();
    if (now < nextCheckAt) return;
    nextCheckAt = now + recheckMs;
    if (!(await deps.isStillValid(deps.caller))) throw new TRPCError({ code: 'UNAUTHORIZED' });
  };
}
