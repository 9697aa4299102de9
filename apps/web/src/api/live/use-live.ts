import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '../trpc.ts';
import { paceEvents } from './pace-events.ts';
import { watch, type Connection } from './watch.ts';
import { createLiveCache } from './write-event.ts';

/** Also for results of actions, so that a click shows immediately. */
export const liveCache = createLiveCache(queryClient);

const connectionKey = ['live', 'connection'];

/** The page's only subscription: one run with its log, or the runs of the organisation. */
export function useLive(runId: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    const setState = (connection: Connection) => client.setQueryData(connectionKey, connection);
    setState({ state: 'connecting' });
    const events = paceEvents(liveCache.writeEvent);
    const end = watch(runId === undefined ? {} : { runId }, {
      onEvent: events.write,
      onState: setState,
      onResumed: liveCache.resync,
      // Signed-out users find out by these calls.
      onBroken: liveCache.resync,
    });
    return () => {
      end();
      events.stop();
    };
  }, [client, runId]);
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
