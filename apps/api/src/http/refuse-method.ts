import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

const methods = ['GET', 'HEAD', 'POST'];

/** Responds 405 to all other methods, especially TRACE, which would expose cookies to a page. */
export function refuseMethod(request: FastifyRequest, reply: FastifyReply): void {
  if (methods.includes(request.method)) return;
  reply.header('allow', methods.join(', '));
  throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED' });
}
