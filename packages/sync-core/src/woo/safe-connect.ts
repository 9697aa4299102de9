import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { type AddressRules, objectionTo } from './parse-store-url.ts';
import { isAllowedHost, isPublicAddress } from './store-address.ts';
import { WooError } from './woo-error.ts';

/** dns.lookup with `all`. Injected by tests to simulate a malicious name server. */
export type ResolveAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface SafeDispatcherOptions extends AddressRules {
  readonly connectMs?: number;
  /** PEM of further certificate authorities; the public ones remain trusted. */
  readonly ca?: string;
  /** Maximum number of sockets per store. */
  readonly connections?: number;
  readonly resolve?: ResolveAll;
}

/** Plugins send a header line for each customer of a page; Node’s default is 16 kB. */
const maxHeaderSize = 256 * 1_024;

/**
 * Creates an undici Agent that connects to public addresses only. The check is in `connect`, so it applies to
 * every request, redirect and reconnect. IP literals are checked there (they are never looked up), names at
 * each DNS response: one private address rejects the name, and the socket connects to the checked addresses
 * only. Connection errors of the guard are WooError `unsafe_address` or `bad_url`.
 */
export function createSafeDispatcher(options: SafeDispatcherOptions = {}): Agent {
  const { connectMs = 5_000, ca, connections = 8, resolve = dnsLookup } = options;
  const common = {
    timeout: connectMs,
    allowH2: false,
    ...(ca ? { secureContext: contextWith(ca) } : {}),
  };
  const connectAnywhere = buildConnector(common);
  const connectGuarded = buildConnector({ ...common, lookup: guardedLookup(resolve) });
  return new Agent({
    allowH2: false,
    connections,
    maxHeaderSize,
    connect(target, callback) {
      const url = toUrl(target);
      const objection = objectionTo(url, options);
      if (objection) return callback(objection, null);
      const exempt = isAllowedHost(url, options.allowHosts ?? []);
      return (exempt ? connectAnywhere : connectGuarded)(target, callback);
    },
  });
}

const contexts = new Map<string, SecureContext>();

/** Shared by all connections: reading the public authorities takes 50 ms of CPU time. */
function contextWith(ca: string): SecureContext {
  const known = contexts.get(ca);
  if (known) return known;
  const context = createSecureContext({ ca: [...getCACertificates('default'), ca] });
  contexts.set(ca, context);
  return context;
}

function toUrl(target: buildConnector.Options): URL {
  const host =
    target.hostname.includes(':') && !target.hostname.startsWith('[')
      ? `[${target.hostname}]`
      : target.hostname;
  return new URL(`${target.protocol}//${host}${target.port ? `:${target.port}` : ''}`);
}

function guardedLookup(resolve: ResolveAll): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const first = addresses[0];
      if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(new WooError('unsafe_address'), '');
      }
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}
