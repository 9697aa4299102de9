import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '../trpc.ts';
import { watch, type ConnectionState } from './watch.ts';
import { createLiveCache } from './write-event.ts';

/** For the answers of actions too, so that a click shows at once. */
export const liveCache = createLiveCache(queryClient);

const connectionKey = ['live', 'connection'];

/** The only subscription of a page: one run with its log, or else the runs of the organisation. */
export function useLive(queueId: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    const setState = (state: ConnectionState) => client.setQueryData(connectionKey, state);
    setState('connecting');
    return watch(queueId === undefined ? {} : { queueId }, {
      onEvent: liveCache.writeEvent,
      onState: setState,
      onResumed: liveCache.resync,
      // Whoever is signed out by now is told so by these calls.
      onBroken: liveCache.resync,
    });
  }, [client, queueId]);
}

/** How the page's stream is doing. */
export function useConnection(): ConnectionState {
  const { data } = useQuery<ConnectionState>({
    queryKey: connectionKey,
    queryFn: () => 'connecting',
    enabled: false,
  });
  return data ?? 'connecting';
}
