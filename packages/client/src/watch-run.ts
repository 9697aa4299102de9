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
  /** Ends once the run is over or stands still until a person acts; else it goes on, since a retry may follow. */
  untilDone?: boolean | undefined;
  /** Of the last progress that was seen: goes on from there. */
  lastEventId?: string | undefined;
  /** Called before each wait for another try. */
  onReconnect?: ((why: MantisSyncError, delayMs: number) => void) | undefined;
}

/** Tries of the first connection; one that stood once is tried for ever. */
const FIRST_TRIES = 5;

/**
 * The run as it stands, then every change. A connection that breaks is opened again, from the last event
 * that arrived: nothing is missed, however long the API was away.
 *
 * @throws MantisSyncError where trying again is no use, such as for a run that is not there
 */
export async function* watchRun(
  trpc: MantisTrpcClient,
  { runId, signal, untilDone = false, lastEventId, onReconnect }: WatchOptions,
): AsyncGenerator<Progress, void> {
  let last = lastEventId;
  let failures = 0;
  let hasConnected = false;
  const isTold = () => signal?.aborted === true;
  while (!isTold()) {
    try {
      for await (const progress of openStream(trpc, { runId, lastEventId: last }, signal)) {
        failures = 0;
        hasConnected = true;
        last = progress.lastEventId;
        yield progress;
        if (untilDone && isWhole(progress) && isCompleted(progress.run)) return;
      }
    } catch (error) {
      const known = toMantisError(error);
      failures++;
      if (!isPassing(known) || (!hasConnected && failures >= FIRST_TRIES)) throw known;
      const delayMs = Math.max(
        reconnectDelay(failures, Math.random()),
        known instanceof TooManyCallsError ? 5_000 : 0,
      );
      onReconnect?.(known, delayMs);
      await pause(delayMs, signal);
    }
  }
}

/** Whether no more of the log is to come with this state: a long one comes in several events. */
function isWhole({ run, lastEventId }: Progress): boolean {
  return Number(lastEventId.split('.')[1] ?? 0) >= run.activitySeq;
}

function isPassing(error: Error): error is MantisSyncError {
  if (error instanceof UnreachableError || error instanceof TooManyCallsError) return true;
  return error instanceof MantisSyncError && (error.status ?? 0) >= 500;
}
