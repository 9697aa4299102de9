import type { InfiniteData } from '@tanstack/react-query';
import type { Run, RunPage, Store } from './trpc.ts';

/** The runs shown in a list. */
export interface RunFilter {
  storeId?: string;
  state?: Run['state'];
  kinds?: Run['kind'][];
  starters?: Run['startedBy']['type'][];
  /** Made at this time or later. */
  from?: string;
}

/** The number of last runs that the API returns. */
const recentLength = 20;

export type RunsData = InfiniteData<RunPage, string | null>;

/** Updates a run in a list, or inserts it by age. */
export function placeRun(data: RunsData, run: Run, filter: RunFilter): RunsData {
  const isShown = data.pages.some((page) => page.items.some(isSame(run)));
  if (!matches(run, filter)) return isShown ? mapItems(data, (items) => without(items, run)) : data;
  if (isShown) return mapItems(data, (items) => items.map((item) => newer(item, run)));
  const index = data.pages.findIndex(
    ({ items, nextCursor }) =>
      nextCursor === null || items.some((item) => item.createdAt <= run.createdAt),
  );
  // Older than everything loaded: it comes with its page.
  if (index === -1) return data;
  const pages = data.pages.map((page, at) =>
    at === index ? { ...page, items: insertByAge(page.items, run) } : page,
  );
  return { ...data, pages };
}

/** Prevents a response that was in flight from reverting runs to an older state. */
export function keepNewerRuns(known: RunsData | undefined, next: RunsData): RunsData {
  if (!known) return next;
  const runs = new Map(
    known.pages.flatMap((page) => page.items).map((run) => [run.runId, run] as const),
  );
  return mapItems(next, (items) =>
    items.map((run) => {
      const before = runs.get(run.runId);
      return before ? newer(before, run) : run;
    }),
  );
}

/** The same for the last runs of stores. */
export function keepNewerStores(known: Store[] | undefined, next: Store[]): Store[] {
  const lastRuns = new Map(known?.map((store) => [store.id, store.lastRun] as const));
  return next.map((store) => {
    const before = lastRuns.get(store.id);
    return before ? placeLastRun(store, before) : store;
  });
}

/** Updates the last run of a store. Webhook runs run beside full-list runs and do not replace them. */
export function placeLastRun(store: Store, run: Run): Store {
  if (store.id !== run.storeId || run.kind === 'webhook') return store;
  const known = store.lastRun;
  if (known && known.runId !== run.runId && known.createdAt >= run.createdAt) return store;
  const lastRun = known?.runId === run.runId ? newer(known, run) : run;
  return { ...store, lastRun, recentRuns: placeRecent(store.recentRuns, lastRun) };
}

function placeRecent(recent: Store['recentRuns'], run: Run): Store['recentRuns'] {
  if (run.kind === 'webhook') return recent;
  const { runId, kind, state, counts, outcomes, startedAt, finishedAt } = run;
  const last = {
    runId,
    kind,
    state,
    at: startedAt ?? run.createdAt,
    seconds: finishedAt === null ? null : run.activeSeconds,
    isForced: run.forced !== null,
    total: counts.total,
    failed: counts.failed,
    changed: outcomes.created + outcomes.updated + outcomes.deleted,
  };
  return [...recent.filter((known) => known.runId !== runId), last].slice(-recentLength);
}

/** At equal revisions the later response wins: texts change with the time. */
function newer(known: Run, incoming: Run): Run {
  if (known.runId !== incoming.runId) return known;
  return known.revision > incoming.revision ? known : incoming;
}

function matches(run: Run, { storeId, state, kinds, starters, from }: RunFilter): boolean {
  return (
    (storeId === undefined || storeId === run.storeId) &&
    (state === undefined || state === run.state) &&
    (kinds === undefined || kinds.includes(run.kind)) &&
    (starters === undefined || starters.includes(run.startedBy.type)) &&
    (from === undefined || run.createdAt >= from)
  );
}

function isSame(run: Run) {
  return (other: Run) => other.runId === run.runId;
}

function without(items: readonly Run[], run: Run): Run[] {
  return items.filter((item) => item.runId !== run.runId);
}

function insertByAge(items: readonly Run[], run: Run): Run[] {
  const at = items.findIndex((item) => item.createdAt <= run.createdAt);
  return at === -1 ? [...items, run] : items.toSpliced(at, 0, run);
}

function mapItems(data: RunsData, change: (items: Run[]) => Run[]): RunsData {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items) })) };
}
