import type { ActivityEntry, ApiClient, RunStatus } from './api-client.ts';
import { until } from './until.ts';

/** What a subscriber has received of a run so far. */
export interface Watched {
  readonly runs: readonly RunStatus[];
  readonly activity: readonly ActivityEntry[];
  /** Waits for an event; fails if the stream fails. */
  untilSeen(what: string, fits: (run: RunStatus) => boolean): Promise<RunStatus>;
  stop(): void;
}

/** Subscribes to a run over server-sent events, as the dashboard does, and collects all events. */
export function watchRun(client: ApiClient, runId: string): Watched {
  const runs: RunStatus[] = [];
  const activity: ActivityEntry[] = [];
  let failure: unknown;
  const subscription = client.sync.watch.subscribe(
    { runId },
    {
      onData({ data }) {
        if (data.type !== 'run') return;
        runs.push(data.run);
        activity.push(...data.activity);
      },
      onError: (error) => void (failure = error),
    },
  );
  return {
    runs,
    activity,
    untilSeen: (what, fits) =>
      until(what, () => {
        if (failure !== undefined) throw failure;
        return runs.find(fits);
      }),
    stop: () => subscription.unsubscribe(),
  };
}
