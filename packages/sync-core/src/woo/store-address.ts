import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/** Azure's virtual host: a unicast address that serves an instance's own metadata. */
const forbiddenUnicast = new Set(['168.63.129.16']);

/** The range of global unicast IPv6; all other addresses are local, mapped or reserved. */
const globalUnicast6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Where resolvers of networks without IPv4 map it (RFC 6052). The local-use prefix is not included. */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * True if the address (from DNS, or a literal of a URL, with or without brackets) is a public unicast one.
 * Everything else is rejected: private, loopback, link-local, multicast, carrier NAT, metadata, documentation,
 * IPv4-mapped, 6to4 and Teredo. For forms in which resolvers embed an IPv4 address (NAT64, ISATAP) that
 * address decides.
 */
export function isPublicAddress(text: string): boolean {
  const bare = text.replace(/^\[|\]$/g, '');
  // Stricter than ipaddr.js, which reads 1.2.3 as 1.2.0.3. An address with a scope is not public.
  if (isIP(bare) === 0 || bare.includes('%')) return false;
  const address = ipaddr.parse(bare);
  if (address instanceof ipaddr.IPv4) return isPublic4(address);
  const embedded = new ipaddr.IPv4(address.toByteArray().slice(12));
  if (address.match(nat64)) return isPublic4(embedded);
  if (address.range() !== 'unicast' || !address.match(globalUnicast6)) return false;
  return !isIsatap(address) || isPublic4(embedded);
}

function isPublic4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !forbiddenUnicast.has(address.toString());
}

/** Any prefix, with an interface named after its IPv4 address (RFC 5214). */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe;
}

/** `host` or `host:port` entries that are exempt from the guard: for development only. */
export function isAllowedHost(url: URL, allowHosts: readonly string[]): boolean {
  const port = effectivePort(url);
  return allowHosts.some((entry) => {
    const allowed = entry.trim().toLowerCase();
    return allowed === url.hostname || allowed === `${url.hostname}:${port}`;
  });
}

/** The port of a URL; its scheme's default if none is written. */
export function effectivePort(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'http:' ? 80 : 443;
}
