import type { AppRouter } from '@mantis-sync/api/router';
import { TRPCClientError } from '@trpc/client';

/** A failed call, worded for operators. */
export interface ApiError {
  /** The error code, such as `override_required`; `unreachable` is set by the page. */
  code: string;
  message: string;
  advice: string;
  issues: { path: string; message: string }[];
}

/** Reads the API's error; any other error means that the API was not reached. */
export function readApiError(error: unknown): ApiError {
  const data = dataOf(error);
  if (!data) return unreachable;
  const { code, advice, issues } = data;
  return { code, message: (error as Error).message, advice, issues };
}

/** Whether the API rejected the call, so that retrying does not help. */
export function isRefusal(error: unknown): boolean {
  const status = dataOf(error)?.httpStatus ?? 0;
  return status >= 400 && status < 500;
}

/** Whether the session has ended. */
export function isUnauthorized(error: unknown): boolean {
  return dataOf(error)?.httpStatus === 401;
}

const unreachable: ApiError = {
  code: 'unreachable',
  message: 'Mantis Sync is not reachable',
  advice: 'Check your connection and try again; runs continue without this page.',
  issues: [],
};

function dataOf(error: unknown) {
  return error instanceof TRPCClientError
    ? ((error as TRPCClientError<AppRouter>).data ?? null)
    : null;
}
