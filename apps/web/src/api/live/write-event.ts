import type { LiveEvent } from '@mantis-sync/client/follow-stream';
import type { QueryClient } from '@tanstack/react-query';
import { isRefusal } from '../api-error.ts';
import { activityKey, runQuery, storesQuery } from '../queries.ts';
import type { LineFilter } from '../line-filter.ts';
import { isOver } from '../run-facts.ts';
import { trpc, type ActivityEntry, type Run } from '../trpc.ts';
import type { ActivityFilter } from '../activity-filter.ts';
import { addEntries, addToView, hasGap, type ActivityData } from '../merge-activity.ts';
import { placeLastRun, placeRun, type RunFilter, type RunsData } from '../merge-runs.ts';

/** Minimum interval for reloading data that follows from runs but is not in the stream. */
const followUpMs = 4_000;
/** There may be a thousand stores; what is shown of their runs is in the stream. */
const storesMs = 10_000;
const countLongestMs = 20_000;
const mapMsPerLine = 0.2;
const failureMsPerLine = 0.02;
const lineStates = ['draft', 'processing', 'done', 'failed', 'cancelled'] as const;

/** Writes live events into the query cache, which all components read. */
export function createLiveCache(queryClient: QueryClient) {
  const later = createThrottle(followUpMs);

  /** @param isNews false for the initial state of a stream, which may be old */
  function writeRun(run: Run, { isNews } = { isNews: true }): void {
    const { queryKey } = runQuery(run.runId);
    const before = queryClient.getQueryData(queryKey);
    const isShown = isShownByItsStore(run);
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
    if (before?.revision !== run.revision && (before || !isShown)) followUp(run, before);
    // The run may have been created and removed between two messages.
    const wasUnderWay = before ? !isOver(before) : isNews;
    if (isOver(run) && wasUnderWay) askForCustomers(run);
  }

  /** Whether the list of stores knows this state of a run, or a later run, so that nothing has to follow. */
  function isShownByItsStore(run: Run): boolean {
    const stores = queryClient.getQueryData(storesQuery().queryKey);
    const last = stores?.find(({ id }) => id === run.storeId)?.lastRun;
    if (!last) return false;
    if (last.runId === run.runId) return last.revision === run.revision;
    return isOver(run) && last.createdAt >= run.createdAt;
  }

  /** Reloads a customer being viewed after any run; webhook runs do not reorder a list being read. */
  function askForCustomers({ kind }: Run): void {
    for (const one of [trpc.customer.get, trpc.customer.history])
      void queryClient.invalidateQueries(one.pathFilter());
    if (kind !== 'webhook') void queryClient.invalidateQueries(trpc.customer.search.pathFilter());
  }

  /** Data that changes with a run: customers and pause of its store, and its lines. */
  function followUp(run: Run, before: Run | undefined): void {
    const isNews = before !== undefined && before.phase !== run.phase;
    const soon: Throttle = isNews ? (_name, act) => act() : later;
    soon(
      'stores',
      () => void queryClient.invalidateQueries(trpc.store.list.queryFilter()),
      storesMs,
    );
    const { runId, counts } = run;
    // A webhook run stays open for a minute; a person who refreshed a customer does not wait for its end.
    if (run.kind === 'webhook' && before?.counts.done !== counts.done)
      soon('customer', () => askForCustomers(run));
    const changed = lineStates.filter(
      (state) => before?.counts[state] !== counts[state] || before.round !== run.round,
    );
    for (const state of changed) {
      soon(`lines ${runId} ${state}`, () => {
        void queryClient.invalidateQueries(trpc.sync.lines.infiniteQueryFilter({ runId, state }));
      });
    }
    if (changed.length === 0) return;
    soon(`parts ${runId}`, () => {
      void queryClient.invalidateQueries(linesOfAnyState(runId));
      void queryClient.invalidateQueries(trpc.sync.line.queryFilter({ runId }));
      void queryClient.invalidateQueries(trpc.sync.throughput.queryFilter({ runId }));
    });
    // Each has its own name: of pending actions with one name only the last runs.
    if (changed.includes('failed')) {
      soon(
        `failures ${runId}`,
        () => void queryClient.invalidateQueries(trpc.sync.failures.queryFilter({ runId })),
        countGapMs(counts.failed * failureMsPerLine),
      );
    }
    soon(
      `map ${runId}`,
      () => void queryClient.invalidateQueries(trpc.sync.batchMap.queryFilter({ runId })),
      countGapMs(counts.total * mapMsPerLine),
    );
  }

  function writeEvent(event: LiveEvent): void {
    if (event.type === 'runs') {
      for (const run of event.runs) writeRun(run, { isNews: false });
      return;
    }
    writeRun(event.run);
    if (event.activity.length === 0) return;
    writeViews(event.run.runId, event.activity);
    queryClient.setQueryData<ActivityData>(activityKey(event.run.runId), (data) =>
      addEntries(data, event.activity),
    );
  }

  /** Filtered parts of the activity. Paused ones stay unchanged. */
  function writeViews(runId: string, entries: readonly ActivityEntry[]): void {
    const whole = queryClient.getQueryData<ActivityData>(activityKey(runId));
    const isBroken = hasGap(whole, entries);
    for (const { queryKey } of queryClient
      .getQueryCache()
      .findAll({ queryKey: activityKey(runId) })) {
      const view = queryKey[2] as ActivityFilter | undefined;
      if (!view || view.until !== undefined) continue;
      if (isBroken) void queryClient.invalidateQueries({ queryKey });
      else
        queryClient.setQueryData<ActivityData>(queryKey, (data) => addToView(data, entries, view));
    }
  }

  /** After an interruption: the stream sends changed runs, this reloads everything else. */
  function resync(): void {
    for (const path of [trpc.store, trpc.sync, trpc.customer]) {
      void queryClient.invalidateQueries({
        ...path.pathFilter(),
        // A query that failed at the start would fail again and flicker.
        predicate: ({ state }) => state.data !== undefined || !isRefusal(state.error),
      });
    }
  }

  return { writeRun, writeEvent, resync };
}

/** The more lines a run has, the less often they are counted. */
function countGapMs(wantedMs: number): number {
  return Math.min(countLongestMs, Math.max(followUpMs, wantedMs));
}

/** The input of a tRPC query, from its key. */
function filterOf(queryKey: readonly unknown[]): RunFilter {
  const { input } = (queryKey[1] ?? {}) as { input?: RunFilter };
  return input ?? {};
}

/** Lists of a run's customers without a state filter. */
function linesOfAnyState(runId: string) {
  const filter = trpc.sync.lines.infiniteQueryFilter({ runId });
  return {
    ...filter,
    predicate: ({ queryKey }: { queryKey: readonly unknown[] }) =>
      (queryKey[1] as { input?: LineFilter } | undefined)?.input?.state === undefined,
  };
}

type Throttle = (name: string, act: () => void, ms?: number) => void;

/**
 * Runs each named action immediately, then about every `ms` at most; the last one always runs. Those that waited
 * run at the same moments, so that one request and one frame serve them all.
 */
function createThrottle(usualMs: number): Throttle {
  const waiting = new Map<string, (() => void) | null>();
  function start(name: string, act: () => void, ms: number): void {
    waiting.set(name, null);
    act();
    const now = performance.now();
    const next = Math.round((now + ms) / usualMs) * usualMs;
    setTimeout(() => {
      const last = waiting.get(name);
      waiting.delete(name);
      if (last) start(name, last, ms);
    }, next - now);
  }
  return (name, act, ms = usualMs) => {
    if (waiting.has(name)) waiting.set(name, act);
    else start(name, act, ms);
  };
}
