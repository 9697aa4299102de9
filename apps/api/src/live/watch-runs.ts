import type { WatchInput } from '../schemas/sync-schemas.ts';
import { watchOneRun } from './watch-one-run.ts';
import { watchRunList } from './watch-run-list.ts';
import type { WatchDeps, WatchStream } from './watch-stream.ts';

/**
 * A stream of snapshots: first what is, then every change; whoever resumes by `lastEventId` misses
 * nothing. It goes on after a run is over, since a retry may follow.
 *
 * Ends with UNAUTHORIZED once the session or key is no longer valid. When the process stops it breaks
 * off with an AbortError, which tRPC turns into a closed connection: the browser connects again.
 * @throws TooManyStreamsError; SyncError for a run or store that is not there for this organisation.
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

/** As one of the streams that its caller may have. */
async function* limited({ streamLimits, caller }: WatchDeps, stream: WatchStream): WatchStream {
  const leave = streamLimits.enter(caller);
  try {
    yield* stream;
  } finally {
    leave();
  }
}

/**
 * A reader who leaves is no error: nobody is there to be told, and a rejection that nobody handles would
 * end the process.
 */
async function* endedWith(signal: AbortSignal, stream: WatchStream): WatchStream {
  try {
    yield* stream;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
