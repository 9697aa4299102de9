import type { ActivityEntry, Run } from './run.ts';
import type { MantisTrpcClient } from './trpc.ts';

/** The state of a run, and the entries of its log since the previous event. */
export interface Progress {
  run: Run;
  /** Oldest first. */
  activity: ActivityEntry[];
  /** Pass it to `watch` to continue from here. */
  lastEventId: string;
}

/**
 * One connection of `sync.watch`. Events that arrive while the reader is busy are merged, so a slow reader
 * gets the newest state and every entry of the log. Ends when the signal aborts.
 *
 * @throws whatever broke the connection, even if it is temporary: otherwise the tRPC link would reconnect by
 * itself, forever and with a fixed delay
 */
export async function* openStream(
  trpc: MantisTrpcClient,
  input: { runId: string; lastEventId?: string | undefined },
  signal: AbortSignal | undefined,
): AsyncGenerator<Progress, void> {
  let arrived: Progress | null = null;
  let end: { failure: unknown } | null = null;
  let wake = () => {};
  const endWith = (failure: unknown) => {
    end ??= { failure };
    wake();
  };
  const subscription = trpc.sync.watch.subscribe(input, {
    onData({ id, data }) {
      if (data.type !== 'run') return;
      const activity = [...(arrived?.activity ?? []), ...data.activity];
      arrived = { run: data.run, activity, lastEventId: id };
      wake();
    },
    onConnectionStateChange(now) {
      if (now.state === 'connecting' && now.error) endWith(now.error);
    },
    onError: endWith,
    onComplete: () => endWith(new Error('The stream ended')),
  });
  const isAborted = () => signal?.aborted === true;
  const stop = () => wake();
  signal?.addEventListener('abort', stop);
  try {
    while (!isAborted()) {
      const progress = take();
      if (progress) {
        yield progress;
        continue;
      }
      const over = end as { failure: unknown } | null;
      if (over) throw over.failure;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    subscription.unsubscribe();
  }

  function take(): Progress | null {
    const progress = arrived;
    arrived = null;
    return progress;
  }
}
