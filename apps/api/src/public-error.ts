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

/** What a caller reads of a failed call: never a stack, SQL, or a text of unknown origin. */
export interface PublicError {
  /** The code of tRPC, from which the HTTP status follows. */
  key: TRPC_ERROR_CODE_KEY;
  /** What programs tell errors apart by, such as `run_not_found`. */
  code: string;
  message: string;
  /** What the caller can do about it. */
  advice: string;
  /** What is wrong with the input, one for each place; empty unless the code is `invalid_input`. */
  issues: { path: string; message: string }[];
}

/** An error as tRPC's clients read it. */
export function toErrorShape(
  error: PublicError,
  { path, requestId }: { path?: string | undefined; requestId?: string | undefined },
) {
  const { key, message, ...rest } = error;
  const httpStatus = getHTTPStatusCodeFromError(new TRPCError({ code: key }));
  const data = { ...rest, httpStatus, path: path ?? null, requestId: requestId ?? null };
  return { message, code: TRPC_ERROR_CODES_BY_KEY[key], data };
}

/** An error as the plain endpoints below /api/v1 answer it. */
export function toErrorAnswer(
  { code, message, advice, issues }: PublicError,
  requestId: string,
): ErrorAnswer {
  return { code, message, advice, issues, request_id: requestId };
}

/** When to come again, in seconds, for whoever called too often or during an outage; null for all else. */
export function retryAfterSeconds(error: unknown): number | null {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof TooManyCallsError) return cause.retryAfterSeconds;
  return cause instanceof DatabaseUnavailableError ? OUTAGE_SECONDS : null;
}

const OUTAGE_SECONDS = 5;

/** The one translation of everything that may be thrown, for tRPC and plain routes alike. */
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
  // Output that does not fit its schema is a ZodError too, but ours to fix.
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
  message: 'The database does not answer',
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
  advice: 'Sign in as a person: a key must not make keys, or let people in.',
} as const;

const wrongOrganisation = {
  key: 'FORBIDDEN',
  code: 'wrong_organisation',
  message: 'This key or session is not of the organisation that org_id names',
  advice: 'Send the id of your own organisation; account.me tells it.',
} as const;

const crossSite = {
  key: 'FORBIDDEN',
  code: 'cross_site',
  message: 'A page of another site cannot change anything here',
  advice: 'Use the dashboard, or call from a program with an API key.',
} as const;

const internal = {
  code: 'internal_error',
  message: 'Something went wrong on our side',
  advice: 'Try again; if it stays, give the request id to whoever runs Mantis Sync.',
};

/** Refusals that carry no cause of ours, by the code of tRPC. */
const refusals: Partial<Record<TRPC_ERROR_CODE_KEY, Omit<PublicError, 'key' | 'issues'>>> = {
  UNAUTHORIZED: {
    code: 'unauthorized',
    message: 'This needs a signed-in user or an API key',
    advice: 'Sign in, or send a valid key as "Authorization: Bearer <key>".',
  },
  FORBIDDEN: {
    code: 'no_organisation',
    message: 'You belong to no organisation',
    advice: 'Create an organisation, or ask to be invited to one.',
  },
  NOT_FOUND: {
    code: 'not_found',
    message: 'There is nothing at this address',
    advice: 'Check the path of the call.',
  },
  METHOD_NOT_SUPPORTED: {
    code: 'method_not_supported',
    message: 'This call needs another HTTP method',
    advice: 'Read by GET; change by POST.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The body has to be JSON',
    advice: 'Send it with Content-Type: application/json.',
  },
  PAYLOAD_TOO_LARGE: {
    code: 'payload_too_large',
    message: 'The body is too large',
    advice: 'Send less at once; the limit is 1 MB.',
  },
  BAD_REQUEST: {
    code: 'invalid_input',
    message: 'The input is not what this call takes',
    advice: 'Correct what the issues name.',
  },
  PARSE_ERROR: {
    code: 'invalid_json',
    message: 'The input cannot be read as JSON',
    advice: 'Correct the JSON.',
  },
};

function ofKey(key: TRPC_ERROR_CODE_KEY): PublicError {
  return { key, ...(refusals[key] ?? internal), issues: [] };
}
