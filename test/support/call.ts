import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../apps/api/src/routers/app-router.ts';
import type { TestApi } from './start-test-api.ts';

type Outputs = inferRouterOutputs<AppRouter>;

/** The response of a procedure, by its path. */
type Output<Path extends string> =
  Path extends `${infer Router extends keyof Outputs}.${infer Name}`
    ? Name extends keyof Outputs[Router]
      ? Outputs[Router][Name]
      : unknown
    : unknown;

/** The public error of a rejected call. */
export interface Refusal {
  message: string;
  code: number;
  data: {
    code: string;
    advice: string;
    httpStatus: number;
    path: string | null;
    requestId: string | null;
    issues: { path: string; message: string }[];
  };
}

export interface Answer<Data> {
  status: number;
  /** Contains one of the two; a test knows which it expects. */
  body: { result: { data: Data }; error: Refusal };
  headers: Headers;
}

/** Calls with GET, as the browser's client does. */
export function query<const Path extends string>(
  api: TestApi,
  path: Path,
  input: unknown,
  headers: object = {},
): Promise<Answer<Output<Path>>> {
  const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return send(`${api.url}/trpc/${path}${search}`, { headers: { ...headers } });
}

/** Calls with POST. */
export function mutate<const Path extends string>(
  api: TestApi,
  path: Path,
  input: unknown,
  headers: object = {},
): Promise<Answer<Output<Path>>> {
  return send(`${api.url}/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  });
}

async function send<Data>(url: string, init: RequestInit): Promise<Answer<Data>> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Answer<Data>['body'] };
}
