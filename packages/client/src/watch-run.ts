import { followStream, reconnectDelay } from './follow-stream.ts';
import { MantisSyncError, TooManyCallsError, UnreachableError } from './mantis-sync-error.ts';
import { type ActivityEntry, isCompleted, type Run } from './run.ts';
import { toMantisError } from './to-mantis-error.ts';
import type { MantisTrpcClient } from './trpc.ts';

/** The state of a run, and its activity since the previous event. */
export interface Progress {
  run: Run;
  /** Oldest first. */
  activity: ActivityEntry[];
  /** Pass it to `watch` to continue from here. */
  lastEventId: string;
}

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
/** Shortest delay after a refusal for too many calls or streams, in milliseconds. */
const TOO_MANY_CALLS_MS = 5_000;

/**
 * Yields the current run, then every change. A broken connection is reopened after the last event received:
 * nothing is missed, however long the API was down. Events that arrive while the reader is busy are merged, so
 * a slow reader gets the newest state and every activity entry.
 *
 * @throws MantisSyncError if another attempt cannot help, such as for a run that does not exist
 */
export async function* watchRun(
  trpc: MantisTrpcClient,
  { runId, signal, untilDone = false, lastEventId, onReconnect }: WatchOptions,
): AsyncGenerator<Progress, void> {
  const isAborted = () => signal?.aborted === true;
  if (isAborted()) return;
  const state: { arrived: Progress | null; failure: Error | null } = {
    arrived: null,
    failure: null,
  };
  let hasConnected = false;
  let wake = () => {};
  const stream = followStream(
    trpc,
    { runId, lastEventId },
    {
      onEvent(event, id) {
        if (event.type !== 'run') return;
        hasConnected = true;
        const activity = [...(state.arrived?.activity ?? []), ...event.activity];
        state.arrived = { run: event.run, activity, lastEventId: id };
        wake();
      },
      onFailure({ error, failures }) {
        const known = toMantisError(error);
        if (!isTemporary(known) || (!hasConnected && failures >= FIRST_TRIES)) {
          state.failure = known;
          wake();
          return null;
        }
        const shortestMs = known instanceof TooManyCallsError ? TOO_MANY_CALLS_MS : 0;
        const delayMs = Math.max(reconnectDelay(failures), shortestMs);
        onReconnect?.(known, delayMs);
        return delayMs;
      },
    },
  );
  const stop = () => wake();
  signal?.addEventListener('abort', stop);
  try {
    while (!isAborted()) {
      const progress = state.arrived;
      if (progress) {
        state.arrived = null;
        yield progress;
        if (untilDone && isComplete(progress) && isCompleted(progress.run)) return;
      } else if (state.failure) throw state.failure;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.stop();
  }
}

/** Whether the activity is complete for this state: a long one arrives in several events. */
function isComplete({ run, lastEventId }: Progress): boolean {
  return Number(lastEventId.split('.')[1] ?? 0) >= run.activitySeq;
}

function isTemporary(error: Error): error is MantisSyncError {
  if (error instanceof UnreachableError || error instanceof TooManyCallsError) return true;
  return error instanceof MantisSyncError && (error.status ?? 0) >= 500;
}
