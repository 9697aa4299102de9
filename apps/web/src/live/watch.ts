import { isRefusal } from '../api-error.ts';
import { client } from '../trpc.ts';
import type { LiveEvent } from './write-event.ts';

/** How the stream is doing. `ended`: the API refused it, so trying again changes nothing. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'ended';

export interface WatchTarget {
  /** One run with its log; without it, the runs of the organisation. */
  queueId?: string;
}

export interface WatchHandlers {
  onEvent: (event: LiveEvent) => void;
  onState: (state: ConnectionState) => void;
  /** The stream is back after it was lost. */
  onResumed: () => void;
  /** The stream broke off for good, for a reason that a browser does not tell: the session may be over. */
  onBroken: () => void;
}

const shortestWaitMs = 1_000;
const longestWaitMs = 10_000;

/**
 * Holds one stream open. tRPC and the browser resume a lost connection by themselves; what they give up
 * on (a proxy that answers 502, say) is opened anew from the last event that came.
 *
 * @returns ends the stream
 */
export function watch(target: WatchTarget, handlers: WatchHandlers): () => void {
  let lastEventId: string | undefined;
  let failures = 0;
  let wasLive = false;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let subscription: { unsubscribe(): void } | undefined;

  function open(): void {
    clearTimeout(timer);
    subscription?.unsubscribe();
    subscription = client.sync.watch.subscribe(
      { ...target, ...(lastEventId !== undefined && { lastEventId }) },
      {
        onData({ id, data }) {
          failures = 0;
          lastEventId = id;
          handlers.onEvent(data);
        },
        onConnectionStateChange({ state }) {
          if (isStopped) return;
          if (state === 'pending') {
            if (wasLive) handlers.onResumed();
            wasLive = true;
            handlers.onState('live');
          } else if (state === 'connecting') {
            handlers.onState(wasLive ? 'reconnecting' : 'connecting');
          }
        },
        onError(error) {
          if (isStopped) return;
          if (isRefusal(error)) {
            handlers.onState('ended');
            handlers.onBroken();
            return;
          }
          reopen();
          handlers.onBroken();
        },
        onComplete: reopen,
      },
    );
  }

  function reopen(): void {
    if (isStopped) return;
    handlers.onState('reconnecting');
    const waitMs = Math.min(longestWaitMs, shortestWaitMs * 2 ** failures++);
    clearTimeout(timer);
    timer = setTimeout(open, waitMs);
  }

  function hurry(): void {
    if (failures > 0) open();
  }

  addEventListener('online', hurry);
  open();
  return () => {
    isStopped = true;
    removeEventListener('online', hurry);
    clearTimeout(timer);
    subscription?.unsubscribe();
  };
}
