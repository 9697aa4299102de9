import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/** Azure's virtual host: plain unicast by its range, but an instance's own metadata. */
const forbiddenUnicast = new Set(['168.63.129.16']);

/** Where new IPv6 unicast is given out; all that is elsewhere is local, mapped or reserved. */
const globalUnicast6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True if the address (one of DNS, or a literal of a URL, with or without brackets) is a public
 * unicast one. Everything else is refused: private, loopback, link-local, multicast, carrier NAT,
 * metadata, documentation, and the IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4,
 * Teredo).
 */
export function isPublicAddress(text: string): boolean {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  // Stricter than ipaddr.js, which reads 1.2.3 as 1.2.0.3.
  if (isIP(bare) === 0) return false;
  const address = ipaddr.parse(bare);
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(globalUnicast6);
  return !forbiddenUnicast.has(address.toString());
}

/** `host` or `host:port` entries that are exempt from the guard: development only. */
export function isAllowedHost(url: URL, allowHosts: readonly string[]): boolean {
  const port = effectivePort(url);
  return allowHosts.some((entry) => {
    const allowed = entry.trim().toLowerCase();
    return allowed === url.hostname || allowed === `${url.hostname}:${port}`;
  });
}

/** The port that a URL means, by its scheme if none is written. */
export function effectivePort(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'http:' ? 80 : 443;
}
