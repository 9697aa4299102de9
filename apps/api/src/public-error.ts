import { DatabaseUnavailableError } from '@mantis-sync/db';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';
import { AccountError } from './auth/account-error.ts';
import { NotAllowedError, PeopleOnlyError, WrongOrganisationError } from './auth/access-errors.ts';
import { TooManyCallsError } from './auth/call-limits.ts';
import { TooManyStreamsError } from './live/stream-limits.ts';
import { CrossSiteError } from './http/refuse-cross-site.ts';
import type { ErrorAnswer } from './schemas/integration-schemas.ts';
import { SyncError, WooError } from '@mantis-sync/sync-core';

/** What a caller sees of a failed call: never a stack, SQL, or text of unknown origin. */
export interface PublicError {
  /** The tRPC code, which determines the HTTP status. */
  key: TRPC_ERROR_CODE_KEY;
  /** The code for programs, such as `run_not_found`. */
  code: string;
  message: string;
  /** What the caller can do. */
  advice: string;
  /** The problems of the input; empty unless the code is `invalid_input`. */
  issues: { path: string; message: string }[];
}

/** An error in the format of tRPC clients. */
export function toErrorShape(
  error: PublicError,
  { path, requestId }: { path?: string | undefined; requestId?: string | undefined },
) {
  const { key, message, ...rest } = error;
  const httpStatus = getHTTPStatusCodeFromError(new TRPCError({ code: key }));
  const data = { ...rest, httpStatus, path: path ?? null, requestId: requestId ?? null };
  return { message, code: TRPC_ERROR_CODES_BY_KEY[key], data };
}

/** An error in the format of the plain endpoints below /api/v1. */
export function toErrorAnswer(
  { code, message, advice, issues }: PublicError,
  requestId: string,
): ErrorAnswer {
  return { code, message, advice, issues, request_id: requestId };
}

/** Retry-After in seconds, for exceeded limits and outages; null for all other errors. */
export function retryAfterSeconds(error: unknown): number | null {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof TooManyCallsError) return cause.retryAfterSeconds;
  return cause instanceof DatabaseUnavailableError ? OUTAGE_SECONDS : null;
}

const OUTAGE_SECONDS = 5;

/** Maps everything that may be thrown to a public error, for tRPC and plain routes. */
export function toPublicError(error: unknown): PublicError {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof SyncError) {
    return { ...ofKnown(cause), key: keyOfStatus[cause.status] ?? 'BAD_REQUEST' };
  }
  if (cause instanceof WooError) {
    return {
      ...ofKnown(cause),
      key: cause.kind === 'bug' ? 'BAD_GATEWAY' : 'UNPROCESSABLE_CONTENT',
    };
  }
  if (cause instanceof NotAllowedError) {
    const { message, advice } = cause;
    return { key: 'FORBIDDEN', code: 'not_allowed', message, advice, issues: [] };
  }
  if (cause instanceof TooManyCallsError) {
    const advice = `Call again in ${cause.retryAfterSeconds} s.`;
    return {
      key: 'TOO_MANY_REQUESTS',
      code: 'too_many_calls',
      message: cause.message,
      advice,
      issues: [],
    };
  }
  if (cause instanceof TooManyStreamsError) return { ...tooManyStreams, issues: [] };
  if (cause instanceof PeopleOnlyError) return { ...peopleOnly, issues: [] };
  if (cause instanceof WrongOrganisationError) return { ...wrongOrganisation, issues: [] };
  if (cause instanceof AccountError) {
    const { code, message, advice, status } = cause;
    return { key: keyOfStatus[status] ?? 'BAD_REQUEST', code, message, advice, issues: [] };
  }
  if (cause instanceof CrossSiteError) return { ...crossSite, issues: [] };
  if (cause instanceof DatabaseUnavailableError) return { ...databaseUnavailable, issues: [] };
  if (!(error instanceof TRPCError)) return ofKey('INTERNAL_SERVER_ERROR');
  // Output that does not match its schema is a ZodError too, but an internal error.
  if (cause instanceof ZodError && error.code === 'BAD_REQUEST') {
    return { ...ofKey('BAD_REQUEST'), issues: cause.issues.map(describeIssue) };
  }
  return ofKey(error.code);
}

const keyOfStatus: Record<number, TRPC_ERROR_CODE_KEY> = {
  400: 'BAD_REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'TOO_MANY_REQUESTS',
};

function ofKnown({ code, message, advice }: SyncError | WooError): Omit<PublicError, 'key'> {
  return { code, message, advice, issues: [] };
}

function describeIssue({ path, message }: { path: PropertyKey[]; message: string }) {
  return { path: path.map(String).join('.'), message };
}

const databaseUnavailable = {
  key: 'SERVICE_UNAVAILABLE',
  code: 'database_unavailable',
  message: 'The database is unavailable',
  advice: 'Try again in a moment; nothing is lost.',
} as const;

const tooManyStreams = {
  key: 'TOO_MANY_REQUESTS',
  code: 'too_many_streams',
  message: 'Too many streams are open',
  advice: 'Close some: a key or person may have 50, an organisation 200.',
} as const;

const peopleOnly = {
  key: 'FORBIDDEN',
  code: 'people_only',
  message: 'An API key cannot do this',
  advice: 'Sign in as a person: a key must not create keys or invite people.',
} as const;

const wrongOrganisation = {
  key: 'FORBIDDEN',
  code: 'wrong_organisation',
  message: 'This key or session does not belong to the organisation in org_id',
  advice: 'Send the id of your own organisation, which account.me returns.',
} as const;

const crossSite = {
  key: 'FORBIDDEN',
  code: 'cross_site',
  message: 'Another site’s page cannot make changes here',
  advice: 'Use the dashboard, or call from a program with an API key.',
} as const;

const internal = {
  code: 'internal_error',
  message: 'An internal error occurred',
  advice: 'Try again; if it continues, report the request id to the operator of Mantis Sync.',
};

/** Errors raised by tRPC itself, by code. */
const refusals: Partial<Record<TRPC_ERROR_CODE_KEY, Omit<PublicError, 'key' | 'issues'>>> = {
  UNAUTHORIZED: {
    code: 'unauthorized',
    message: 'This requires a signed-in user or an API key',
    advice: 'Sign in, or send a valid key as "Authorization: Bearer <key>".',
  },
  FORBIDDEN: {
    code: 'no_organisation',
    message: 'You are not a member of any organisation',
    advice: 'Create an organisation, or ask for an invitation to one.',
  },
  NOT_FOUND: {
    code: 'not_found',
    message: 'There is nothing at this address',
    advice: 'Check the path of the call.',
  },
  METHOD_NOT_SUPPORTED: {
    code: 'method_not_supported',
    message: 'This call requires another HTTP method',
    advice: 'Read by GET; change by POST.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The body must be JSON',
    advice: 'Send it with Content-Type: application/json.',
  },
  PAYLOAD_TOO_LARGE: {
    code: 'payload_too_large',
    message: 'The body is too large',
    advice: 'Send less data; the limit is 1 MB.',
  },
  BAD_REQUEST: {
    code: 'invalid_input',
    message: 'The input is invalid',
    advice: 'Correct the listed issues.',
  },
  PARSE_ERROR: {
    code: 'invalid_json',
    message: 'The input is not valid JSON',
    advice: 'Correct the JSON.',
  },
};

function ofKey(key: TRPC_ERROR_CODE_KEY): PublicError {
  return { key, ...(refusals[key] ?? internal), issues: [] };
}
