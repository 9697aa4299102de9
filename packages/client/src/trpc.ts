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

/** Inputs and outputs of the procedures, by router and name. */
export type MantisInputs = inferRouterInputs<AppRouter>;
export type MantisOutputs = inferRouterOutputs<AppRouter>;

/** Every procedure of the API, typed. */
export type MantisTrpcClient = TRPCClient<AppRouter>;

export interface MantisConnection {
  /** The address of Mantis Sync, such as `https://sync.example.com`. */
  url: string;
  /** Created in the dashboard under Settings. */
  apiKey: string;
  /** Used instead of the global one. */
  fetch?: typeof globalThis.fetch;
}

/**
 * The plain tRPC client of the API, without the additions of `createMantisSync`. Calls throw
 * `TRPCClientError`; subscriptions use server-sent events.
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
        // tRPC declares its own, narrower type of fetch.
        false: httpLink({ url, headers, fetch: send as never }),
      }),
    ],
  });
}
