import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { keepNewerEntries, type ActivityData } from './merge-activity.ts';
import { keepNewerRuns, keepNewerStores, type RunFilter, type RunsData } from './merge-runs.ts';
import type { ActivityFilter } from './activity-filter.ts';
import type { CustomerFilter } from './customer-filter.ts';
import type { LineFilter } from './line-filter.ts';
import { client, trpc, type Run, type Store, type WebLogin } from './trpc.ts';

const runsPerPage = 25;
/** A run's page shows two long lists; few rows of each are rendered before the user asks for more. */
const firstRows = 25;
const furtherRows = 100;
const customersPerPage = 50;
const changesPerPage = 25;
const foundCustomers = 5;

/** The signed-in user; null if signed out. */
export const meQuery = () => trpc.account.session.queryOptions(undefined, { staleTime: 300_000 });

export const organisationsQuery = () =>
  trpc.account.organisations.queryOptions(undefined, { staleTime: 300_000 });

/** A slow response never replaces newer data from the stream. */
export const storesQuery = () =>
  trpc.store.list.queryOptions(undefined, {
    structuralSharing: (known, next) =>
      keepNewerStores(known as Store[] | undefined, next as Store[]),
  });

export const storeQuery = (storeId: string) => trpc.store.get.queryOptions({ storeId });

/** Key of all probed addresses; connecting a store invalidates them. */
export const probesKey = ['probe'];

/** A login of the web server as entered; a further attempt has another number. */
export interface GivenLogin {
  webLogin: WebLogin;
  attempt: number;
}

/** Result of probing an address. Never refetched automatically: the store may be slow. */
export const probeQuery = (address: string, login: GivenLogin | null = null) =>
  queryOptions({
    // Without the password: keys are kept longer.
    queryKey: [...probesKey, address, login?.attempt ?? 0],
    queryFn: ({ signal }) =>
      client.store.probe.mutate(
        { url: address, ...(login && { webLogin: login.webLogin }) },
        { signal },
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

const authorizationPollMs = 2_000;

/** An authorization; polled until it is decided. */
export const authorizationQuery = (authorizationId: string) =>
  trpc.store.authorization.queryOptions(
    { authorizationId },
    {
      staleTime: 0,
      refetchInterval: ({ state: { data } }) =>
        data?.state === 'waiting' || data?.state === 'verifying' ? authorizationPollMs : false,
    },
  );

export const runQuery = (runId: string) =>
  trpc.sync.status.queryOptions(
    { runId },
    {
      structuralSharing: (known, next) => {
        const before = known as Run | undefined;
        return before && before.revision > (next as Run).revision ? before : next;
      },
    },
  );

// The API rejects unknown input, and tRPC's own infinite queries send a direction.
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

/** A store's runs by day. */
export const runDaysQuery = (input: { storeId: string; days: number; timeZone: string }) =>
  trpc.store.runDays.queryOptions(input, {
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

/** Who did what to a store, newest first. */
export const storeActivityQuery = (storeId: string) =>
  infiniteQueryOptions({
    queryKey: trpc.store.activity.infiniteQueryKey({ storeId }),
    queryFn: ({ pageParam, signal }) =>
      client.store.activity.query({ storeId, ...cursorOf(pageParam) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

const auditEntries = 50;

/** Changes of the organisation, newest first. */
export const auditLogQuery = () =>
  infiniteQueryOptions({
    queryKey: trpc.member.log.pathKey(),
    queryFn: ({ pageParam, signal }) =>
      client.member.log.query({ limit: auditEntries, before: pageParam }, { signal }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.length < auditEntries ? undefined : page.at(-1)?.id),
  });

/** Webhook deliveries of a store, newest first. */
export const deliveriesQuery = (storeId: string) =>
  infiniteQueryOptions({
    queryKey: trpc.webhook.deliveries.infiniteQueryKey({ storeId }),
    queryFn: ({ pageParam, signal }) =>
      client.webhook.deliveries.query({ storeId, ...cursorOf(pageParam) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const linesQuery = (runId: string, filter: LineFilter) => {
  const input = { runId, ...filter };
  return infiniteQueryOptions({
    queryKey: trpc.sync.lines.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) =>
      client.sync.lines.query(
        { ...input, limit: rowsOf(pageParam), ...cursorOf(pageParam) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
};

export const lineQuery = (runId: string, position: number) =>
  trpc.sync.line.queryOptions({ runId, position });

export const failuresQuery = (runId: string) => trpc.sync.failures.queryOptions({ runId });

export const throughputQuery = (runId: string) => trpc.sync.throughput.queryOptions({ runId });

export const batchMapQuery = (runId: string) => trpc.sync.batchMap.queryOptions({ runId });

const rowsOf = (page: string | number | null) => (page === null ? firstRows : furtherRows);

const cursorOf = (cursor: string | null) => (cursor === null ? {} : { cursor });

export const activityKey = (runId: string) => ['activity', runId] as const;

/** The activity of a run, newest first; loaded once, since the stream adds to it. */
export const activityQuery = (runId: string) =>
  infiniteQueryOptions({
    queryKey: activityKey(runId),
    queryFn: ({ pageParam, signal }) =>
      client.sync.activity.query(
        { runId, limit: rowsOf(pageParam), ...(pageParam !== null && { before: pageParam }) },
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

/** A filtered part of the activity. The stream adds to it unless updates are paused; see `createLiveCache`. */
export const filteredActivityQuery = (runId: string, view: ActivityFilter) => {
  const { until, levels, text } = view;
  const filter = {
    ...(levels && { levels: [...levels] }),
    ...(text !== undefined && { text }),
  };
  return infiniteQueryOptions({
    queryKey: [...activityKey(runId), view] as const,
    queryFn: ({ pageParam, signal }) =>
      client.sync.activity.query(
        {
          runId,
          ...filter,
          limit: rowsOf(pageParam),
          ...(pageParam !== null && { before: pageParam }),
        },
        { signal },
      ),
    initialPageParam: until === undefined ? null : until + 1,
    getNextPageParam: ({ items }, _pages, pageParam: number | null): number | null =>
      items.length < rowsOf(pageParam) ? null : (items.at(-1)?.seq ?? null),
    staleTime: Number.POSITIVE_INFINITY,
  });
};

/** Customers while the user types: previous results stay until new ones arrive. */
export const customersQuery = (filter: CustomerFilter) => {
  const input = { ...filter, limit: customersPerPage };
  return infiniteQueryOptions({
    queryKey: trpc.customer.search.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) =>
      client.customer.search.query({ ...input, ...cursorOf(pageParam) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
};

/** The first matching customers, for the command menu. */
export const foundCustomersQuery = (q: string) =>
  queryOptions({
    queryKey: trpc.customer.search.queryKey({ q, limit: foundCustomers }),
    queryFn: async ({ signal }) =>
      (await client.customer.search.query({ q, limit: foundCustomers }, { signal })).items,
  });

/** Roles and countries for filters. */
export const facetsQuery = (storeId: string | undefined) =>
  trpc.customer.facets.queryOptions(storeId === undefined ? {} : { storeId }, {
    staleTime: 300_000,
    placeholderData: keepPreviousData,
  });

export const customerQuery = (storeId: string, wooId: number) =>
  trpc.customer.get.queryOptions({ storeId, wooId });

/** The changes of a customer, newest first. */
export const customerHistoryQuery = (storeId: string, wooId: number) => {
  const input = { storeId, wooId, limit: changesPerPage };
  return infiniteQueryOptions({
    queryKey: trpc.customer.history.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) =>
      client.customer.history.query({ ...input, ...cursorOf(pageParam) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
};
