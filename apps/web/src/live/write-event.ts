import type { QueryClient } from '@tanstack/react-query';
import { activityKey, runQuery, storesQuery } from '../queries.ts';
import { trpc, type ActivityEntry, type Run } from '../trpc.ts';
import { addEntries, type ActivityData } from './merge-activity.ts';
import { placeLastRun, placeRun, type RunFilter, type RunsData } from './merge-runs.ts';

/** What the stream sends; see the API's `sync.watch`. */
export type LiveEvent =
  | { type: 'runs'; runs: Run[] }
  | { type: 'run'; run: Run; activity: ActivityEntry[] };

/** What follows from a run but is not in the stream is asked for again, no more often than this. */
const followUpMs = 2_000;
const lineStates = ['draft', 'processing', 'done', 'failed', 'cancelled'] as const;

/** Writes what comes live into the query cache, where all components read it. */
export function createLiveCache(queryClient: QueryClient) {
  const later = createThrottle(followUpMs);

  function writeRun(run: Run): void {
    const { queryKey } = runQuery(run.queueId);
    const before = queryClient.getQueryData(queryKey);
    queryClient.setQueryData(queryKey, run);
    for (const query of queryClient.getQueryCache().findAll(trpc.sync.list.infiniteQueryFilter())) {
      const filter = filterOf(query.queryKey);
      queryClient.setQueryData<RunsData>(
        query.queryKey,
        (data) => data && placeRun(data, run, filter),
      );
    }
    queryClient.setQueryData(storesQuery().queryKey, (stores) =>
      stores?.map((store) => placeLastRun(store, run)),
    );
    if (before?.revision !== run.revision) followUp(run, before);
  }

  /** Customers of a store, its pause, and the lines of a run change with a run. */
  function followUp(run: Run, before: Run | undefined): void {
    const isNews = before !== undefined && before.phase !== run.phase;
    const soon = isNews ? (_name: string, act: () => void) => act() : later;
    soon('stores', () => void queryClient.invalidateQueries(trpc.store.list.queryFilter()));
    for (const state of lineStates) {
      if (before?.counts[state] === run.counts[state] && before.round === run.round) continue;
      const input = { queueId: run.queueId, state };
      soon(`lines ${run.queueId} ${state}`, () => {
        void queryClient.invalidateQueries(trpc.sync.lines.infiniteQueryFilter(input));
      });
    }
  }

  function writeEvent(event: LiveEvent): void {
    if (event.type === 'runs') {
      for (const run of event.runs) writeRun(run);
      return;
    }
    writeRun(event.run);
    if (event.activity.length === 0) return;
    queryClient.setQueryData<ActivityData>(activityKey(event.run.queueId), (data) =>
      addEntries(data, event.activity),
    );
  }

  /** After an interruption: the stream brings the runs that move, this all the rest. */
  function resync(): void {
    void queryClient.invalidateQueries(trpc.store.pathFilter());
    void queryClient.invalidateQueries(trpc.sync.pathFilter());
  }

  return { writeRun, writeEvent, resync };
}

/** A tRPC query key carries the input of its call. */
function filterOf(queryKey: readonly unknown[]): RunFilter {
  const { input } = (queryKey[1] ?? {}) as { input?: RunFilter };
  return input ?? {};
}

/** Runs each named action at once, then at most every `ms`, the last one always. */
function createThrottle(ms: number): (name: string, act: () => void) => void {
  const waiting = new Map<string, (() => void) | null>();
  function start(name: string, act: () => void): void {
    waiting.set(name, null);
    act();
    setTimeout(() => {
      const next = waiting.get(name);
      waiting.delete(name);
      if (next) start(name, next);
    }, ms);
  }
  return (name, act) => {
    if (waiting.has(name)) waiting.set(name, act);
    else start(name, act);
  };
}
