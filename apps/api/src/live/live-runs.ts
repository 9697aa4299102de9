import { createListener, type ListenerState, type Log } from '@mantis-sync/db';
import { RUN_CHANGED_CHANNEL } from '@mantis-sync/sync-core';
import { z } from 'zod';

/** The payload of a notification: ids and the revision only. */
const runChangedSchema = z.object({ org: z.string(), store: z.string(), queue: z.string() });
type RunChanged = z.output<typeof runChangedSchema>;

/** Which notifications a subscriber wants; the organisation is mandatory. */
interface ChangeFilter {
  orgId: string;
  storeId?: string | undefined;
  runId?: string | undefined;
}

/** What has changed since the subscriber last asked. */
export interface Changes {
  runIds: ReadonlySet<string>;
  /** Notifications may have been missed: read everything again. */
  resync: boolean;
}

/** One subscriber's notifications. Several of one run are merged, so a slow reader needs no more memory. */
interface ChangeSubscription {
  /**
   * Waits for a change, for at most `pollMs`; after that everything must be read again.
   * @throws AbortError when the signal fires or the process stops.
   */
  next(signal: AbortSignal): Promise<Changes>;
  close(): void;
}

export interface LiveRuns {
  /** Notifications from now on: subscribe first, then read. */
  subscribe(filter: ChangeFilter): ChangeSubscription;
  readonly state: ListenerState;
  /** Number of subscribers. */
  readonly streams: number;
  /** Number of connections made, including the first. */
  readonly connects: number;
  /** Resolves when the process listens for the first time. */
  readonly ready: Promise<void>;
  /** Ends every subscription, then the connection. */
  close(): Promise<void>;
}

export interface LiveRunsOptions {
  /** A direct connection: LISTEN does not work through a transaction pooler. */
  url: string;
  /** How long a subscriber waits for a notification before it reads again. */
  pollMs: number;
  /** How long it then waits for more; 50 ms unless given. */
  settleMs?: number;
  log: Log;
}

/** Pages of a store arrive in pairs, and their batches are committed one right after the other: one event shows both. */
const usualSettleMs = 50;

/** The LISTEN connection of the process and its subscribers. */
export function createLiveRuns(options: LiveRunsOptions): LiveRuns {
  const subscribers = new Set<Subscriber>();
  let connects = 0;
  const listener = createListener({
    url: options.url,
    channel: RUN_CHANGED_CHANNEL,
    log: options.log,
    onNotification(payload) {
      const change = readRunChanged(payload);
      for (const subscriber of subscribers) subscriber.notify(change);
    },
    onReconnect() {
      connects += 1;
      for (const subscriber of subscribers) subscriber.notify(undefined);
    },
  });
  const stopping = new AbortController();

  return {
    subscribe(filter) {
      const { pollMs, settleMs = usualSettleMs } = options;
      const subscriber = createSubscriber(filter, { pollMs, settleMs }, stopping.signal);
      subscribers.add(subscriber);
      return {
        next: (signal) => subscriber.next(signal),
        close: () => void subscribers.delete(subscriber),
      };
    },
    get state() {
      return listener.state;
    },
    get streams() {
      return subscribers.size;
    },
    get connects() {
      return connects;
    },
    ready: listener.ready,
    async close() {
      stopping.abort();
      await listener.close();
    },
  };
}

interface Subscriber {
  /** After the wait without a notification: read everything again. */
  notify(change: RunChanged | undefined): void;
  next(signal: AbortSignal): Promise<Changes>;
}

export function createSubscriber(
  filter: ChangeFilter,
  { pollMs, settleMs }: { pollMs: number; settleMs: number },
  stopping: AbortSignal,
): Subscriber {
  let changes = noChanges();
  let wake = () => {};

  return {
    notify(change) {
      if (change && !concerns(change, filter)) return;
      if (change) changes.runIds.add(change.queue);
      else changes.resync = true;
      wake();
    },
    async next(signal) {
      const signals = [signal, stopping];
      if (changes.runIds.size === 0 && !changes.resync) {
        const isWoken = await untilWoken(pollMs, signals, (wakeUp) => (wake = wakeUp));
        if (!isWoken) changes.resync = true;
      }
      await untilWoken(settleMs, signals);
      signal.throwIfAborted();
      stopping.throwIfAborted();
      const taken = changes;
      changes = noChanges();
      return taken;
    },
  };
}

/** False if nothing woke it within `ms`; a signal wakes it too. */
async function untilWoken(
  ms: number,
  signals: AbortSignal[],
  expose: (wake: () => void) => void = () => {},
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const wake = () => resolve(true);
  const timer = setTimeout(() => resolve(false), ms);
  expose(wake);
  for (const signal of signals) {
    if (signal.aborted) wake();
    else signal.addEventListener('abort', wake);
  }
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    // AbortSignal.any would leak on the process-wide signal; removed listeners do not.
    for (const signal of signals) signal.removeEventListener('abort', wake);
  }
}

function concerns(change: RunChanged, { orgId, storeId, runId }: ChangeFilter): boolean {
  if (change.org !== orgId) return false;
  if (storeId !== undefined && change.store !== storeId) return false;
  return runId === undefined || change.queue === runId;
}

/** An unreadable payload at least shows that something changed. */
function readRunChanged(payload: string): RunChanged | undefined {
  try {
    return runChangedSchema.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}

function noChanges(): { runIds: Set<string>; resync: boolean } {
  return { runIds: new Set(), resync: false };
}
