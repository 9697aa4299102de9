import { UnreachableError } from './mantis-sync-error.ts';
import { fromFailure, isAbort, toMantisError, unexpectedAnswer } from './to-mantis-error.ts';
import type { MantisConnection, MantisInputs } from './trpc.ts';

type Search = NonNullable<MantisInputs['customer']['search']>;

/** Which customers to export; by default all that still exist in their store. */
export interface ExportOptions {
  storeId?: string | undefined;
  /** Words that must all occur in name, company, email, username, city or phone number. */
  query?: string | undefined;
  role?: string | undefined;
  /** As the store sends it, such as `CH`. */
  country?: string | undefined;
  paying?: boolean | undefined;
  status?: Search['status'];
  /** `exact` (the default) is the data as it is; in `spreadsheet` no cell can start a formula. */
  format?: 'exact' | 'spreadsheet' | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Streams customers as CSV. The stream throws if the download breaks off; one that ends without an error is
 * complete.
 *
 * @throws MantisSyncError, from the call and from the stream
 */
export async function exportCustomers(
  { url, apiKey, fetch = globalThis.fetch }: MantisConnection,
  { signal, ...filter }: ExportOptions,
): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(
    `${url.replace(/\/+$/, '')}/api/v1/customers/export.csv?${searchOf(filter)}`,
    {
      headers: { authorization: `Bearer ${apiKey}`, accept: 'text/csv' },
      signal: signal ?? null,
    },
  ).catch((error: unknown) => {
    throw toMantisError(error);
  });
  if (!response.ok) throw await refusalOf(response);
  const isCsv = response.headers.get('content-type')?.startsWith('text/csv') ?? false;
  if (!isCsv || !response.body) throw unexpectedAnswer(response.status);
  return withKnownFailures(response.body);
}

function searchOf({ storeId, query, ...others }: Omit<ExportOptions, 'signal'>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ store: storeId, q: query, ...others }))
    if (value !== undefined && value !== '') search.set(name, String(value));
  return search.toString();
}

/** `fetch` only reports “terminated” for an interrupted body. */
function withKnownFailures(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(isAbort(error) ? error : brokenOff(error));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function brokenOff(cause: unknown): UnreachableError {
  return new UnreachableError({
    code: 'broken_off',
    message: 'The download was interrupted',
    advice: 'The file is incomplete: download it again.',
    cause,
  });
}

interface Refusal {
  code?: unknown;
  message?: unknown;
  advice?: unknown;
  issues?: unknown;
  request_id?: unknown;
}

/** The API's plain routes describe errors in the body; proxies do not. */
async function refusalOf(response: Response): Promise<Error> {
  const { status } = response;
  const body = (await response.json().catch(() => null)) as Refusal | null;
  if (typeof body?.code !== 'string') return unexpectedAnswer(status);
  return fromFailure(
    {
      code: body.code,
      message: typeof body.message === 'string' ? body.message : body.code,
      advice: typeof body.advice === 'string' ? body.advice : '',
      issues: Array.isArray(body.issues) ? body.issues : [],
      requestId: typeof body.request_id === 'string' ? body.request_id : null,
      status,
    },
    response,
  );
}
