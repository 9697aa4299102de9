import type { ActivityEntry, Run } from './run.ts';
import type { MantisTrpcClient } from './trpc.ts';

/** A run as it moved, and what its log says since the event before. */
export interface Progress {
  run: Run;
  /** Oldest first. */
  activity: ActivityEntry[];
  /** Given to `watch` it goes on from here. */
  lastEventId: string;
}

/**
 * One connection of `sync.watch`. What comes while the reader is busy is put together, so that a slow
 * reader gets the newest state and every entry of the log.
 *
 * Ends when the signal says so. @throws the failure that broke it, however passing: the link would connect
 * again by itself, with a fixed delay and no end.
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
  const isTold = () => signal?.aborted === true;
  const stop = () => wake();
  signal?.addEventListener('abort', stop);
  try {
    while (!isTold()) {
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
