import { MantisSyncError, TooManyCallsError, UnreachableError } from './mantis-sync-error.ts';
import { openStream, type Progress } from './open-stream.ts';
import { pause, reconnectDelay } from './reconnect-delay.ts';
import { isCompleted } from './run.ts';
import { toMantisError } from './to-mantis-error.ts';
import type { MantisTrpcClient } from './trpc.ts';

export interface WatchOptions {
  runId: string;
  /** Ends the iteration, without an error. */
  signal?: AbortSignal | undefined;
  /** Ends once the run is over or needs a decision. Otherwise watching continues, because a retry may follow. */
  untilDone?: boolean | undefined;
  /** From the last progress that was seen: continues after it. */
  lastEventId?: string | undefined;
  /** Called before each delay. */
  onReconnect?: ((why: MantisSyncError, delayMs: number) => void) | undefined;
}

/** Attempts for the first connection; one that once worked is retried forever. */
const FIRST_TRIES = 5;

/**
 * Yields the current run, then every change. A broken connection is reopened after the last event received:
 * nothing is missed, however long the API was down.
 *
 * @throws MantisSyncError if another attempt cannot help, such as for a run that does not exist
 */
export async function* watchRun(
  trpc: MantisTrpcClient,
  { runId, signal, untilDone = false, lastEventId, onReconnect }: WatchOptions,
): AsyncGenerator<Progress, void> {
  let last = lastEventId;
  let failures = 0;
  let hasConnected = false;
  const isAborted = () => signal?.aborted === true;
  while (!isAborted()) {
    try {
      for await (const progress of openStream(trpc, { runId, lastEventId: last }, signal)) {
        failures = 0;
        hasConnected = true;
        last = progress.lastEventId;
        yield progress;
        if (untilDone && isComplete(progress) && isCompleted(progress.run)) return;
      }
    } catch (error) {
      const known = toMantisError(error);
      failures++;
      if (!isTemporary(known) || (!hasConnected && failures >= FIRST_TRIES)) throw known;
      const delayMs = Math.max(
        reconnectDelay(failures, Math.random()),
        known instanceof TooManyCallsError ? 5_000 : 0,
      );
      onReconnect?.(known, delayMs);
      await pause(delayMs, signal);
    }
  }
}

/** Whether the log is complete for this state: a long log arrives in several events. */
function isComplete({ run, lastEventId }: Progress): boolean {
  return Number(lastEventId.split('.')[1] ?? 0) >= run.activitySeq;
}

function isTemporary(error: Error): error is MantisSyncError {
  if (error instanceof UnreachableError || error instanceof TooManyCallsError) return true;
  return error instanceof MantisSyncError && (error.status ?? 0) >= 500;
}
