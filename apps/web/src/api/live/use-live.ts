import { followStream, reconnectDelay } from '@mantis-sync/client/follow-stream';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isRefusal } from '../api-error.ts';
import { client, queryClient } from '../trpc.ts';
import { showNewestRun } from './newest-run.ts';
import { paceEvents } from './pace-events.ts';
import { createLiveCache } from './write-event.ts';

/** State of the stream. `ended`: rejected by the API, so retrying does not help. */
export type Connection =
  | { state: 'connecting' | 'ended' }
  | { state: 'reconnecting'; lostAt: number }
  | { state: 'live'; resumed: Resumed | null };

/** How the stream was restored. Times are milliseconds of the browser's clock. */
export interface Resumed {
  lostAt: number;
  at: number;
  /** Activity entries created meanwhile; 0 if no run is followed. */
  missed: number;
}

/** Also for results of actions, so that a click shows immediately. */
export const liveCache = createLiveCache(queryClient);

const connectionKey = ['live', 'connection'];

/** Minimum intervals of changes to the cache, each of which renders what is shown of it again. */
const gapMs = 250;
/** On the page of a run, whose progress is shown with each event. */
const gapOfRunMs = 2_000;
const latestOfRunMs = 2_250;

/** The page's only subscription: one run with its activity, or the runs of the organisation. */
export function useLive(runId: string | undefined): void {
  const cache = useQueryClient();
  useEffect(
    () => watch(runId, (connection) => cache.setQueryData(connectionKey, connection)),
    [cache, runId],
  );
}

/** The state of the page's stream. */
export function useConnection(): Connection {
  const { data } = useQuery<Connection>({
    queryKey: connectionKey,
    queryFn: () => ({ state: 'connecting' }),
    enabled: false,
  });
  return data ?? { state: 'connecting' };
}

/** Writes the stream into the query cache. @returns closes it */
function watch(runId: string | undefined, show: (connection: Connection) => void): () => void {
  const events =
    runId === undefined
      ? paceEvents(liveCache.writeEvent, gapMs)
      : paceEvents(liveCache.writeEvent, gapOfRunMs, latestOfRunMs);
  let lastSeq: number | undefined;
  let lostAt: number | null = null;
  let wasLive = false;

  show({ state: 'connecting' });
  const stream = followStream(
    client,
    { runId },
    {
      onOpen() {
        // What changed meanwhile is partly not in the stream.
        if (wasLive) liveCache.resync();
        wasLive = true;
        if (lostAt === null) show({ state: 'live', resumed: null });
      },
      onEvent(event) {
        const { activitySeq = 0 } = event.type === 'run' ? event.run : {};
        if (lostAt !== null) {
          // The first event contains the number of the newest entry, from which the missed entries follow.
          const missed = lastSeq === undefined ? 0 : Math.max(0, activitySeq - lastSeq);
          show({ state: 'live', resumed: { lostAt, at: Date.now(), missed } });
          lostAt = null;
        }
        if (event.type === 'run') {
          lastSeq = event.activity.at(-1)?.seq ?? lastSeq;
          if (event.run.runId === runId) showNewestRun(event.run);
        }
        events.write(event);
      },
      onFailure({ error, failures, wasRejected }) {
        // Signed-out users find out by these calls.
        if (wasRejected) liveCache.resync();
        if (isRefusal(error)) {
          show({ state: 'ended' });
          return null;
        }
        lostAt ??= Date.now();
        show({ state: 'reconnecting', lostAt });
        return reconnectDelay(failures);
      },
    },
  );
  addEventListener('online', stream.retryNow);
  return () => {
    removeEventListener('online', stream.retryNow);
    stream.stop();
    events.stop();
  };
}
