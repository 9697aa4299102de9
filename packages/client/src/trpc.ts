import type { AppRouter } from '@mantis-sync/api/router';
import {
  createTRPCClient,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { EventSource } from 'eventsource';

export type { AppRouter };

/** What the procedures take and answer, by router and name. */
export type MantisInputs = inferRouterInputs<AppRouter>;
export type MantisOutputs = inferRouterOutputs<AppRouter>;

/** Every procedure of the API, typed. */
export type MantisTrpcClient = TRPCClient<AppRouter>;

export interface MantisConnection {
  /** Where Mantis Sync is reached, such as `https://sync.example.com`. */
  url: string;
  /** Made in the dashboard, under Settings. */
  apiKey: string;
  /** Used instead of the global one. */
  fetch?: typeof globalThis.fetch;
}

/**
 * The procedures of the API as they are, without the comforts of `createMantisSync`. Calls throw
 * `TRPCClientError`; subscriptions come as server-sent events.
 */
export function createMantisTrpcClient(connection: MantisConnection): MantisTrpcClient {
  const url = `${connection.url.replace(/\/+$/, '')}/trpc`;
  const headers = { authorization: `Bearer ${connection.apiKey}` };
  const send = connection.fetch ?? globalThis.fetch;
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: {
            fetch: (input, init) =>
              send(input, { ...init, headers: { ...init.headers, ...headers } }),
          },
        }),
        false: httpLink({ url, headers, fetch: send as never }),
      }),
    ],
  });
}
