import type { FastifyRequest } from 'fastify';
import { TRPCError } from '@trpc/server';

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change that a page of another site asks for, and one whose body is not JSON: a browser
 * sends anything else across sites without asking us first. Programs send neither header and pass.
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

/** Fetch metadata where the browser sends it, for it cannot be forged by a page; else the origin. */
function isSameSite({ headers }: FastifyRequest, origins: readonly string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || origins.includes(headers.origin);
}

/** A page of another site tried to change something. */
export class CrossSiteError extends Error {
  override readonly name = 'CrossSiteError';
}
