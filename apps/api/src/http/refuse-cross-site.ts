import type { FastifyRequest } from 'fastify';
import { TRPCError } from '@trpc/server';

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Rejects changes requested by another site's page, and bodies that are not JSON: browsers send all other
 * types across sites without a preflight. Programs send neither header and pass.
 */
export function refuseCrossSite(request: FastifyRequest, origins: readonly string[]): void {
  if (readingMethods.has(request.method)) return;
  if (!isSameSite(request, origins)) throw new CrossSiteError();
  const contentType = request.headers['content-type'];
  const hasBody = contentType !== undefined || /^\/(trpc|api\/v1)\//.test(request.url);
  if (hasBody && !/^application\/json *(;|$)/i.test(contentType ?? '')) {
    throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  }
}

/** Uses fetch metadata if sent, which pages cannot forge; otherwise the origin. */
function isSameSite({ headers }: FastifyRequest, origins: readonly string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || origins.includes(headers.origin);
}

/** Another site's page tried to change something. */
export class CrossSiteError extends Error {
  override readonly name = 'CrossSiteError';
}
