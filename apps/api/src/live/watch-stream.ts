import { setTimeout as delay } from 'node:timers/promises';
import { TRPCError, type TrackedEnvelope } from '@trpc/server';
import type { Caller, RunStatus, StoreService, SyncService } from '@mantis-sync/sync-core';
import type { WatchEvent } from '../schemas/sync-schemas.ts';
import type { LiveRuns } from './live-runs.ts';
import type { ShareRead } from './shared-reads.ts';
import type { StreamLimits } from './stream-limits.ts';

/** Limits of a stream, in milliseconds. */
export interface WatchPace {
  /** Shortest time between two readings, so that a busy run is sent ten times a second at most. */
  gapMs: number;
  /** How often the session or key is checked again. */
  recheckMs: number;
}

/** What a stream reads and who it is for. */
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

/** Reads a run, together with all streams of it. */
export function readRun({ share, sync, caller }: WatchDeps, runId: string): Promise<RunStatus> {
  return share(`${caller.orgId} run ${runId}`, () => sync.status(caller, { runId }));
}

/** Differs where a reader would see a difference: the words change with the time and the store too. */
export function markOf(run: RunStatus): string {
  return `${run.revision} ${run.phase} ${run.phaseText}`;
}

/** Called between two readings: keeps the gap, and the door. */
export function createGate(deps: WatchDeps, signal: AbortSignal): () => Promise<void> {
  const { gapMs, recheckMs } = deps.pace;
  let nextReadAt = performance.now() + gapMs;
  let nextCheckAt = performance.now() + recheckMs;

  return async function pass() {
    await delay(Math.max(0, nextReadAt - performance.now()), undefined, { signal });
    const now = performance.now();
    nextReadAt = now + gapMs;
    if (now < nextCheckAt) return;
    nextCheckAt = now + recheckMs;
    if (!(await deps.isStillValid(deps.caller))) throw new TRPCError({ code: 'UNAUTHORIZED' });
  };
}
