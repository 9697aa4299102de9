import { isTRPCClientError } from '@trpc/client';
import {
  type Failure,
  MantisSyncError,
  NotFoundError,
  OverrideRequiredError,
  TooManyCallsError,
  UnauthorizedError,
  UnreachableError,
} from './mantis-sync-error.ts';
import type { AppRouter } from './trpc.ts';

/** Seconds to wait if the API did not say how long. */
const USUAL_RETRY_AFTER = 60;

/** Converts anything that a call can throw into an error of this package. */
export function toMantisError(error: unknown): Error {
  if (error instanceof MantisSyncError || isAbort(error)) return error;
  if (!isTRPCClientError<AppRouter>(error)) return unreachable(error);
  if (isAbort(error.cause)) return error.cause;
  const response = responseOf(error.meta);
  if (!error.data) return response ? unexpectedAnswer(response.status, error) : unreachable(error);
  const { code, advice, httpStatus, requestId, issues } = error.data;
  const { message } = error;
  return fromFailure(
    { code, message, advice, status: httpStatus, requestId, issues, cause: error },
    response,
  );
}

/** Chooses the class by status and code. */
export function fromFailure(failure: Failure, response?: Response): MantisSyncError {
  if (failure.code === 'override_required') return new OverrideRequiredError(failure);
  switch (failure.status) {
    case 401:
    case 403:
      return new UnauthorizedError(failure);
    case 404:
      return new NotFoundError(failure);
    case 429:
      return new TooManyCallsError(failure, retryAfterOf(response));
    default:
      return new MantisSyncError(failure);
  }
}

/** For a response of a proxy or another server. */
export function unexpectedAnswer(status: number, cause?: unknown): UnreachableError {
  return new UnreachableError({
    code: 'unexpected_answer',
    message: `The server at this address is not Mantis Sync (HTTP ${status})`,
    advice: 'Check the URL; if it is right, the API may be starting: try again shortly.',
    status,
    cause,
  });
}

export function unreachable(cause: unknown): UnreachableError {
  return new UnreachableError({
    code: 'unreachable',
    message: 'Mantis Sync is not reachable',
    advice: 'Check the URL, and that the API is running.',
    cause,
  });
}

export function isAbort(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

function responseOf(meta: Record<string, unknown> | undefined): Response | undefined {
  const response = meta?.['response'];
  return response instanceof Response ? response : undefined;
}

function retryAfterOf(response: Response | undefined): number {
  const seconds = Number(response?.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : USUAL_RETRY_AFTER;
}
