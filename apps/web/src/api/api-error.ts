import type { AppRouter } from '@mantis-sync/api/router';
import { TRPCClientError } from '@trpc/client';

/** A failed call in the words of an operator. */
export interface ApiError {
  /** What programs tell errors apart by, such as `override_required`; `unreachable` is ours. */
  code: string;
  message: string;
  advice: string;
  issues: { path: string; message: string }[];
}

/** Reads what the API says of a failed call; anything else means that it was not reached. */
export function readApiError(error: unknown): ApiError {
  const data = dataOf(error);
  if (!data) return unreachable;
  const { code, advice, issues } = data;
  return { code, message: (error as Error).message, advice, issues };
}

/** Whether the API refused the call, so that asking again changes nothing. */
export function isRefusal(error: unknown): boolean {
  const status = dataOf(error)?.httpStatus ?? 0;
  return status >= 400 && status < 500;
}

/** Whether the session is over. */
export function isUnauthorized(error: unknown): boolean {
  return dataOf(error)?.httpStatus === 401;
}

const unreachable: ApiError = {
  code: 'unreachable',
  message: 'Mantis Sync does not answer',
  advice: 'Check your connection and try again; runs go on without this page.',
  issues: [],
};

function dataOf(error: unknown) {
  return error instanceof TRPCClientError
    ? ((error as TRPCClientError<AppRouter>).data ?? null)
    : null;
}
