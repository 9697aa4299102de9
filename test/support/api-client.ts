import type { AppRouter } from '@mantis-sync/api/router';
import {
  createTRPCClient,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
  type TRPCClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';

/** The product as another app sees it. */
export type ApiClient = TRPCClient<AppRouter>;

export type RunStatus = Awaited<ReturnType<ApiClient['sync']['status']['query']>>;
export type ActivityEntry = Awaited<
  ReturnType<ApiClient['sync']['activity']['query']>
>['items'][number];
export type Line = Awaited<ReturnType<ApiClient['sync']['lines']['query']>>['items'][number];

/** A typed client; `headers` contain an API key or a session cookie. */
export function createApiClient(url: string, headers: Record<string, string>): ApiClient {
  const trpcUrl = `${url}/trpc`;
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url: trpcUrl,
          EventSource,
          eventSourceOptions: {
            fetch: (input, init) =>
              fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
          },
        }),
        false: httpLink({ url: trpcUrl, headers }),
      }),
    ],
  });
}

/** The error of a rejected call, for a test that expects it. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ code: string; advice: string; httpStatus: number; message: string }> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TRPCClientError)) throw new Error(`Not refused but: ${String(error)}`);
  const { data, message } = error as TRPCClientError<AppRouter>;
  if (!data) throw new Error(`Refused without data: ${message}`);
  return { code: data.code, advice: data.advice, httpStatus: data.httpStatus, message };
}

/** All activity of a run, oldest first. */
export async function readActivity(client: ApiClient, runId: string): Promise<ActivityEntry[]> {
  const entries: ActivityEntry[] = [];
  for (;;) {
    const after = entries.at(-1)?.seq ?? 0;
    const { items } = await client.sync.activity.query({ runId, after, limit: 100 });
    entries.push(...items);
    if (items.length < 100) return entries;
  }
}

/** All lines of a run in order. */
export async function readLines(client: ApiClient, runId: string): Promise<Line[]> {
  const lines: Line[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.sync.lines.query({ runId, cursor, limit: 100 });
    lines.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return lines;
}
