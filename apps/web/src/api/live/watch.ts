import { isRefusal } from '../api-error.ts';
import { client } from '../trpc.ts';
import type { LiveEvent } from './write-event.ts';

/** State of the stream. `ended`: rejected by the API, so retrying does not help. */
export type Connection =
  | { state: 'connecting' | 'ended' }
  | { state: 'reconnecting'; lostAt: number }
  | { state: 'live'; resumed: Resumed | null };

/** How the stream was restored. Times are milliseconds of the browser's clock. */
export interface Resumed {
  lostAt: number;
  at: number;
  /** Log entries created meanwhile; 0 if no log is followed. */
  missed: number;
}

export interface WatchTarget {
  /** One run with its log; without it, the runs of the organisation. */
  runId?: string;
}

export interface WatchHandlers {
  onEvent: (event: LiveEvent) => void;
  onState: (connection: Connection) => void;
  /** The stream was restored after an interruption. */
  onResumed: () => void;
  /** The stream ended for a reason that browsers do not reveal: the session may have ended. */
  onBroken: () => void;
}

const shortestWaitMs = 1_000;
const longestWaitMs = 5_000;
/** Timeout of one attempt, for connections that drop all packets. */
const hangMs = 6_000;

/**
 * Keeps one stream open. tRPC and the browser resume lost connections themselves; after errors that they do
 * not retry (such as a proxy's 502) the stream is opened again from the last event.
 *
 * @returns closes the stream
 */
export function watch(target: WatchTarget, handlers: WatchHandlers): () => void {
  let lastEventId: string | undefined;
  let lastSeq: number | undefined;
  let lostAt: number | null = null;
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
          sayResumed(data);
          if (data.type === 'run') lastSeq = data.activity.at(-1)?.seq ?? lastSeq;
          handlers.onEvent(data);
        },
        onConnectionStateChange({ state }) {
          if (isStopped) return;
          if (state === 'pending') {
            if (wasLive) handlers.onResumed();
            wasLive = true;
            if (lostAt === null) handlers.onState({ state: 'live', resumed: null });
          } else if (state === 'connecting') {
            if (wasLive) lose();
            else handlers.onState({ state: 'connecting' });
          }
        },
        onError(error) {
          if (isStopped) return;
          if (isRefusal(error)) {
            handlers.onState({ state: 'ended' });
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

  function lose(): void {
    lostAt ??= Date.now();
    handlers.onState({ state: 'reconnecting', lostAt });
    clearTimeout(timer);
    timer = setTimeout(open, hangMs);
  }

  /** The first event after an interruption contains the log's position, from which the missed entries follow. */
  function sayResumed(event: LiveEvent): void {
    if (lostAt === null) return;
    clearTimeout(timer);
    const missed =
      event.type === 'run' && lastSeq !== undefined
        ? Math.max(0, event.run.activitySeq - lastSeq)
        : 0;
    handlers.onState({ state: 'live', resumed: { lostAt, at: Date.now(), missed } });
    lostAt = null;
  }

  function reopen(): void {
    if (isStopped) return;
    lose();
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
