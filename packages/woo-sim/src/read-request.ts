import type { IncomingMessage } from 'node:http';
import type { BodyState } from './dispatch.ts';
import { parsePhpQuery } from './php-query.ts';
import type { PhpQuery } from './php-query.ts';

/** The target of an address. */
export type Destination =
  | { kind: 'rest'; route: string }
  /** A page on which the store's owner approves access. */
  | { kind: 'wc-auth'; route: string }
  | { kind: 'home' }
  | { kind: 'not-found' }
  | { kind: 'redirect'; path: string };

/**
 * Routes as nginx and WordPress do. With pretty permalinks `/<prefix>/…` is the API, and so is
 * `?rest_route=` anywhere; with plain ones only the latter, and `/wp-json/…` redirects to itself
 * with a slash, which shows the home page.
 */
export function destination(
  path: string,
  query: PhpQuery,
  { permalinks, restPrefix }: { permalinks: 'pretty' | 'plain'; restPrefix: string },
): Destination {
  const restRoute = query.get('rest_route');
  if (typeof restRoute === 'string' && restRoute !== '') return rest(restRoute);
  const granting = grantRoute(path, query, permalinks);
  if (granting !== null) return { kind: 'wc-auth', route: granting };
  const start = [`/${restPrefix}`, `/index.php/${restPrefix}`].find(
    (each) => path === each || path.startsWith(`${each}/`),
  );
  const behind = start === undefined ? null : path.slice(start.length);
  if (behind !== null && permalinks === 'pretty') return rest(behind);
  if (behind !== null) {
    const plainPath = path.replace(/^\/index\.php/, '');
    if (plainPath === path && path.endsWith('/')) return { kind: 'home' };
    return { kind: 'redirect', path: plainPath.endsWith('/') ? plainPath : `${plainPath}/` };
  }
  return path === '/' || path === '/index.php' ? { kind: 'home' } : { kind: 'not-found' };
}

/** `/wc-auth/v1/<route>` needs a rewrite rule, which plain permalinks do not have; its variables always work. */
function grantRoute(path: string, query: PhpQuery, permalinks: 'pretty' | 'plain'): string | null {
  const pretty = /^\/wc-auth\/v1\/([^/]*)\/?$/.exec(path)?.[1];
  if (pretty !== undefined && permalinks === 'pretty') return pretty.toLowerCase();
  const named = query.get('wc-auth-route');
  const isVersion1 = query.get('wc-auth-version') === '1' && /^\/(index\.php)?$/.test(path);
  return isVersion1 && typeof named === 'string' ? named.toLowerCase() : null;
}

function rest(route: string): Destination {
  const trimmed = '/' + route.replace(/^\/+|\/+$/g, '');
  return { kind: 'rest', route: trimmed };
}

const bodyLimit = 8 * 1024 * 1024;

/** Parses the body, JSON or form; a body of more than 8 MiB closes the connection. */
export async function readBody(
  request: IncomingMessage,
): Promise<{ state: BodyState; body: unknown }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyLimit) throw new RangeError('the request body is too large');
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  if (text.trim() === '') return { state: 'none', body: undefined };
  if (request.headers['content-type']?.includes('json')) return parseJson(text);
  const form = [...parsePhpQuery(text)].map(([name, value]) => [
    name,
    typeof value === 'string' ? value : Object.fromEntries(value),
  ]);
  return { state: 'parsed', body: Object.fromEntries(form) };
}

function parseJson(text: string): { state: BodyState; body: unknown } {
  try {
    return { state: 'parsed', body: JSON.parse(text) };
  } catch {
    return { state: 'broken', body: undefined };
  }
}
