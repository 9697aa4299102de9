import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * Headers of every response: helmet's, with a policy that allows only our own resources, and inline only what the
 * dashboard's index was built with. Responses are not cached unless their route says so.
 *
 * @param index the HTML of the dashboard; empty if it is not built
 */
export function securityHeaders(publicUrl: string, index: string): Record<string, string> {
  const isHttps = publicUrl.startsWith('https:');
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", ...hashesOf(index, /<script>(.*?)<\/script>/gs)],
        styleSrc: ["'self'", ...hashesOf(index, /<style>(.*?)<\/style>/gs)],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    // Over plain http, as in development, it would lock the browser out.
    strictTransportSecurity: isHttps && { maxAge: 31_536_000, includeSubDomains: false },
  });
  // Identical for every request, so that responses outside routes can have them too.
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader() {},
  };
  // Helmet reads nothing of the request, and calls only these two methods of the response.
  setHeaders({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}

/** Of the parts that a pattern finds, as a policy names them. */
function hashesOf(html: string, inline: RegExp): string[] {
  return [...html.matchAll(inline)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
}
