import { baseUrlOf, parseStoreUrl, type AddressRules } from './parse-store-url.ts';
import type { RouteStyle } from '../domain/store-connection.ts';
import { DEFAULT_REST_PREFIX } from './store-request.ts';

/** The root of a WordPress REST API. */
export interface ApiRoot {
  /** Of the site, without a trailing slash. */
  readonly baseUrl: string;
  readonly routeStyle: RouteStyle;
  /** `wp-json`, unless the site changed it or has no rewriting. */
  readonly restPrefix: string;
}

export const rootAt = (
  baseUrl: string,
  routeStyle: RouteStyle = 'pretty',
  restPrefix = DEFAULT_REST_PREFIX,
): ApiRoot => ({ baseUrl, routeStyle, restPrefix });

/** The root at the target of a redirect; null if the target is a page. */
export function movedRoot({ routeStyle, restPrefix }: ApiRoot, target: URL): ApiRoot | null {
  const path = target.pathname.replace(/\/$/, '');
  if (routeStyle === 'plain') {
    if (!target.searchParams.has('rest_route')) return null;
    return rootAt(`${target.origin}${path.replace(/\/index\.php$/, '')}`, routeStyle, restPrefix);
  }
  if (!path.endsWith(`/${restPrefix}`)) return null;
  return rootAt(`${target.origin}${path.slice(0, -restPrefix.length - 1)}`, routeStyle, restPrefix);
}

/**
 * The root named in a WordPress page's Link header or head; null if there is none, or it may not be called. An
 * http address from a site that is served over https is upgraded.
 */
export function rootNamedBy(
  page: { url: string; header: (name: string) => string | null; text: string },
  rules: AddressRules,
): ApiRoot | null {
  const href = linkOf(page);
  if (href === null || !URL.canParse(href, page.url)) return null;
  const root = new URL(href, page.url);
  const own = new URL(page.url);
  if (own.protocol === 'https:' && root.hostname === own.hostname) {
    root.protocol = own.protocol;
    root.port = own.port;
  }
  if (own.protocol === 'https:' && root.protocol === 'http:') return null;
  const parsed = parseStoreUrl(root.origin, rules);
  if (!parsed.ok) return null;
  const path = root.pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  if (root.searchParams.has('rest_route')) {
    return rootAt(`${baseUrlOf(parsed.url)}${path.replace(/\/index\.php$/, '')}`, 'plain');
  }
  const [, base = '', prefix] = /^(.*?)\/((?:index\.php\/)?[^/]+)$/.exec(path) ?? [];
  return prefix === undefined ? null : rootAt(`${baseUrlOf(parsed.url)}${base}`, 'pretty', prefix);
}

function linkOf({ header, text }: { header: (name: string) => string | null; text: string }) {
  const sent = /<([^>]{1,2000})>\s*;[^,<]*\brel="?https:\/\/api\.w\.org\/"?/i.exec(
    header('link') ?? '',
  );
  if (sent?.[1]) return sent[1];
  const tag = /<link\b[^>]{0,200}\brel=["']https:\/\/api\.w\.org\/["'][^>]{0,2000}>/i.exec(
    text,
  )?.[0];
  const href = /\bhref=["']([^"']{1,2000})["']/i.exec(tag ?? '')?.[1];
  return href?.replaceAll('&amp;', '&').replaceAll('&#038;', '&') ?? null;
}

/** The folders above an address, nearest first. */
export function parentsOf(baseUrl: string): string[] {
  const { origin, pathname } = new URL(baseUrl);
  const parts = pathname.split('/').filter((part) => part !== '');
  return parts.map((_, index) => {
    const path = parts.slice(0, parts.length - 1 - index).join('/');
    return path === '' ? origin : `${origin}/${path}`;
  });
}
