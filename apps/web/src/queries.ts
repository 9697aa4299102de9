import { infiniteQueryOptions } from '@tanstack/react-query';
import { keepNewerEntries, type ActivityData } from './live/merge-activity.ts';
import {
  keepNewerRuns,
  keepNewerStores,
  type RunFilter,
  type RunsData,
} from './live/merge-runs.ts';
import { client, trpc, type Line, type Run, type Store } from './trpc.ts';

const runsPerPage = 25;
const linesPerPage = 100;
const entriesPerPage = 50;

export const meQuery = () => trpc.account.me.queryOptions(undefined, { staleTime: 300_000 });

/** What a slow answer brings never replaces what the stream has brought since. */
export const storesQuery = () =>
  trpc.store.list.queryOptions(undefined, {
    structuralSharing: (known, next) =>
      keepNewerStores(known as Store[] | undefined, next as Store[]),
  });

export const runQuery = (queueId: string) =>
  trpc.sync.status.queryOptions(
    { queueId },
    {
      structuralSharing: (known, next) => {
        const before = known as Run | undefined;
        return before && before.revision > (next as Run).revision ? before : next;
      },
    },
  );

// The API refuses input that it does not know, and tRPC's own infinite queries send a direction along.
export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: trpc.sync.list.infiniteQueryKey({ ...filter, limit: runsPerPage }),
    queryFn: ({ pageParam, signal }) =>
      client.sync.list.query({ ...filter, limit: runsPerPage, ...cursorOf(pageParam) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    structuralSharing: (known, next) =>
      keepNewerRuns(known as RunsData | undefined, next as RunsData),
  });

export const linesQuery = (queueId: string, state: Line['state']) => {
  const input = { queueId, state, limit: linesPerPage };
  return infiniteQueryOptions({
    queryKey: trpc.sync.lines.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) =>
      client.sync.lines.query({ ...input, ...cursorOf(pageParam) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
};

const cursorOf = (cursor: string | null) => (cursor === null ? {} : { cursor });

export const activityKey = (queueId: string) => ['activity', queueId] as const;

/** The log of a run, newest first; the stream adds to it, so it is asked for once. */
export const activityQuery = (queueId: string) =>
  infiniteQueryOptions({
    queryKey: activityKey(queueId),
    queryFn: ({ pageParam, signal }) =>
      client.sync.activity.query(
        { queueId, limit: entriesPerPage, ...(pageParam !== null && { before: pageParam }) },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => {
      const oldest = page.items.at(-1)?.seq ?? 1;
      return oldest > 1 ? oldest : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: (known, next) =>
      keepNewerEntries(known as ActivityData | undefined, next as ActivityData),
  });
