import { codeOf } from '@mantis-sync/db';
import { TRPCError } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { retryAfterSeconds, toErrorAnswer, toErrorShape, toPublicError } from '../public-error.ts';

/** Responds to failures outside procedures, in the format of the path: /trpc, /api/v1 or others. */
export function handleErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const known = asTrpcError(error);
    logFailure(log, known, { requestId: request.id, path: request.routeOptions.url });
    const said = toPublicError(known);
    const shape = toErrorShape(said, { requestId: request.id });
    const { code, advice, httpStatus, requestId } = shape.data;
    const seconds = retryAfterSeconds(known);
    if (seconds !== null) reply.header('retry-after', seconds);
    reply.code(httpStatus);
    if (request.url.startsWith('/trpc/')) return reply.send({ error: shape });
    if (request.url.startsWith('/api/v1/')) return reply.send(toErrorAnswer(said, request.id));
    return reply.send({ code, message: shape.message, advice, requestId });
  });
}

/** Fastify's own errors carry a status; all others are internal. */
function asTrpcError(error: unknown): unknown {
  if (!(error instanceof Error) || !('statusCode' in error)) return error;
  if (isUnreadable(error)) return new TRPCError({ code: 'PARSE_ERROR' });
  if (error.statusCode === 413) return new TRPCError({ code: 'PAYLOAD_TOO_LARGE' });
  if (error.statusCode === 415) return new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  const isCallers = typeof error.statusCode === 'number' && error.statusCode < 500;
  return isCallers ? new TRPCError({ code: 'BAD_REQUEST' }) : error;
}

function isUnreadable(error: Error): boolean {
  const code = codeOf(error);
  return code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY';
}

/**
 * Logs errors that a caller cannot fix. Messages of Prisma quote the arguments of the query, so for errors
 * that are not known to be clean only name, code and location are logged.
 */
export function logFailure(
  log: Logger,
  error: unknown,
  where: { requestId: string; path: string | undefined },
): void {
  const { key, code } = toPublicError(error);
  if (key === 'SERVICE_UNAVAILABLE') log.warn({ ...where, code }, 'call failed');
  if (key !== 'INTERNAL_SERVER_ERROR') return;
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  log.error({ ...where, error: describe(cause) }, 'call failed');
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    name: error.name,
    code: 'code' in error ? error.code : undefined,
    at: frames.slice(0, 10).map((line) => line.trim()),
  };
}
