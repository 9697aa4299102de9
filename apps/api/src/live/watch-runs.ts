import type { WatchInput } from '../schemas/sync-schemas.ts';
import { watchOneRun } from './watch-one-run.ts';
import { watchRunList } from './watch-run-list.ts';
import type { WatchDeps, WatchStream } from './watch-stream.ts';

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
