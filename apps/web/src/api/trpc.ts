import type { AppRouter } from '@mantis-sync/api/router';
import { notifyManager, QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { isRefusal } from './api-error.ts';
import { firstAnswers } from './first-answers.ts';

type Outputs = inferRouterOutputs<AppRouter>;
export type Run = Outputs['sync']['status'];
export type RunPage = Outputs['sync']['list'];
export type LinePage = Outputs['sync']['lines'];
export type Line = LinePage['items'][number];
export type LineDetail = Outputs['sync']['line'];
export type FailureGroups = Outputs['sync']['failures'];
export type FailureGroup = FailureGroups['groups'][number];
export type Throughput = Outputs['sync']['throughput'];
export type BatchMap = Outputs['sync']['batchMap'];
export type ActivityPage = Outputs['sync']['activity'];
export type ActivityEntry = ActivityPage['items'][number];
export type RetryInput = inferRouterInputs<AppRouter>['sync']['retry'];
export type Store = Outputs['store']['get'];
export type Probe = Outputs['store']['probe'];
/** The login of a web server in front of a store. */
export type WebLogin = NonNullable<inferRouterInputs<AppRouter>['store']['probe']['webLogin']>;
/** A store's runs of one day. */
export type RunDay = Outputs['store']['runDays'][number];
/** A pending approval of a store's owner. */
export type Authorization = Outputs['store']['authorization'];
export type AuthorizationChoices = inferRouterInputs<AppRouter>['store']['beginAuthorization'];

export type CustomerPage = Outputs['customer']['search'];
/** In a list. */
export type CustomerItem = CustomerPage['items'][number];
export type Customer = Outputs['customer']['get'];
export type CustomerChange = Outputs['customer']['history']['items'][number];
export type CustomerFacets = Outputs['customer']['facets'];

export type Schedule = Outputs['schedule']['list'][number];

/** The last diagnosis of a store. */
export type Diagnosis = NonNullable<Store['diagnosis']>;
export type Me = NonNullable<Outputs['account']['session']>;
export type Organisation = Outputs['account']['organisations'][number];
export type Member = Outputs['member']['list'][number];
export type SentInvitation = Outputs['member']['invite'];
/** The user's email notifications. */
export type MyNotifications = Outputs['notification']['mine'];
/** A webhook that notifies the organisation of problems. */
export type Channel = Outputs['notification']['channels'][number];
export type ApiKey = Outputs['key']['list'][number];
export type WebhookStatus = Outputs['webhook']['status'];
type DeliveryPage = Outputs['webhook']['deliveries'];
export type Delivery = DeliveryPage['items'][number];
export type Refusal = DeliveryPage['refusals'][number];

const url = '/trpc';
/** The API's maximum per request. */
const maxCallsPerRequest = 10;

export const client = createTRPCClient<AppRouter>({
  links: [
    firstAnswers,
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpBatchLink({ url, maxItems: maxCallsPerRequest }),
    }),
  ],
});

// The answers of one request are shown together, in one render.
notifyManager.setScheduler(inOneTask());

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => !isRefusal(error) && failures < 2,
    },
    // Without a network an action fails at once, and is not carried out later when nobody expects it.
    mutations: { networkMode: 'always' },
  },
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

/** Callbacks of one task run together in the next one, each on its own if another fails. */
function inOneTask(): (callback: () => void) => void {
  let waiting: (() => void)[] = [];
  return (callback) => {
    if (waiting.push(callback) > 1) return;
    setTimeout(() => {
      const callbacks = waiting;
      waiting = [];
      for (const each of callbacks) queueMicrotask(each);
    });
  };
}
