import type { MantisOutputs, MantisTrpcClient } from './trpc.ts';

type Run = MantisOutputs['sync']['status'];
type ActivityEntry = MantisOutputs['sync']['activity']['items'][number];

/** What `sync.watch` sends. */
export type LiveEvent =
  | { type: 'runs'; runs: Run[] }
  /** Activity entries since the previous event, oldest first. */
  | { type: 'run'; run: Run; activity: ActivityEntry[] };

/** Why a connection ended. */
export interface StreamFailure {
  error: unknown;
  /** Failed attempts in a row, including this one. */
  failures: number;
  /** The response was an error. Browsers do not reveal which: the session may have ended. */
  wasRejected: boolean;
}

export interface StreamHandlers {
  onEvent(event: LiveEvent, id: string): void;
  /** Connected; events follow. */
  onOpen?(): void;
  /** @returns milliseconds until the next attempt; null ends the stream */
  onFailure(failure: StreamFailure): number | null;
}

export interface FollowedStream {
  /** Makes the next attempt now, if one is due later. */
  retryNow(): void;
  stop(): void;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** Timeout of one attempt, for connections that drop all packets, in milliseconds. */
const CONNECT_MS = 6_000;

/**
 * Milliseconds before the next attempt: doubles each time, with jitter, so that the clients of a restarted
 * API do not all reconnect at the same time.
 *
 * @param failures in a row so far, from 1
 * @param chance random number in [0, 1)
 */
export function reconnectDelay(failures: number, chance = Math.random()): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return longest * (0.5 + chance / 2);
}

/**
 * Keeps one stream of `sync.watch` open: after a failure it is opened again from the last event, so that
 * nothing is missed. The tRPC link would reconnect by itself, forever and with a fixed delay.
 */
export function followStream(
  trpc: Pick<MantisTrpcClient, 'sync'>,
  input: { runId?: string | undefined; lastEventId?: string | undefined },
  handlers: StreamHandlers,
): FollowedStream {
  let { lastEventId } = input;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let connection: { unsubscribe(): void } | undefined;
  let isStopped = false;

  function open(): void {
    timer = setTimeout(() => fail(new Error('The API does not respond'), false), CONNECT_MS);
    connection = trpc.sync.watch.subscribe(
      { ...input, lastEventId },
      {
        onData({ id, data }) {
          failures = 0;
          lastEventId = id;
          handlers.onEvent(data, id);
        },
        onConnectionStateChange({ state, error }) {
          if (state === 'pending') {
            clearTimeout(timer);
            handlers.onOpen?.();
          } else if (error) fail(error, false);
        },
        onError: (error) => fail(error, true),
        onComplete: () => fail(new Error('The stream ended'), false),
      },
    );
  }

  function close(): void {
    clearTimeout(timer);
    // Unsubscribing completes the subscription, which is not a failure.
    const previous = connection;
    connection = undefined;
    previous?.unsubscribe();
  }

  function fail(error: unknown, wasRejected: boolean): void {
    if (!connection) return;
    close();
    failures += 1;
    const delayMs = handlers.onFailure({ error, failures, wasRejected });
    if (delayMs === null) isStopped = true;
    else if (!isStopped) timer = setTimeout(open, delayMs);
  }

  open();
  return {
    retryNow() {
      if (connection || isStopped) return;
      clearTimeout(timer);
      open();
    },
    stop() {
      isStopped = true;
      close();
    },
  };
}
