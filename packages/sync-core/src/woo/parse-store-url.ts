import { isIP } from 'node:net';
import { effectivePort, isAllowedHost, isPublicAddress } from './store-address.ts';
import { WooError, type WooErrorCode } from './woo-error.ts';

/** Characters; addresses come from people and from redirects. */
const MAX_LENGTH = 2_000;

export const defaultPorts: readonly number[] = [80, 443, 8080, 8443];

export interface AddressRules {
  /** `host` or `host:port` entries that skip every check but the scheme. */
  readonly allowHosts?: readonly string[];
  readonly ports?: readonly number[];
}

export type ParsedStoreUrl =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly error: WooError };

/**
 * Parses and normalises a store address entered by a person: https if no scheme is given; no query, hash or
 * trailing slash; without /wp-json, /wp-admin, /index.php and other paths of WordPress itself. Names are not
 * resolved here; the guard checks their addresses on every connect.
 */
export function parseStoreUrl(input: string, rules: AddressRules = {}): ParsedStoreUrl {
  const text = typed(input);
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (text === '' || !URL.canParse(withScheme)) return refuse('bad_url');
  const url = new URL(withScheme);
  if (url.origin.length + url.pathname.length > MAX_LENGTH) return refuse('bad_url');
  const objection = objectionTo(url, rules);
  if (objection) return { ok: false, error: objection };
  url.search = '';
  url.hash = '';
  url.pathname = storePath(url.pathname);
  return { ok: true, url };
}

/**
 * Cleans a typed or pasted address: removes invisible characters, quotes, brackets and surrounding punctuation,
 * and completes the slashes after the scheme.
 */
function typed(input: string): string {
  return input
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .trim()
    .replace(
      /^(?:"(.*)"|'(.*)'|[“„](.*)[”“]|«(.*)»|<(.*)>|\((.*)\)|`(.*)`)$/su,
      (_, ...inside: string[]) => inside.find((text) => typeof text === 'string') ?? '',
    )
    .trim()
    .replace(/\\/g, '/')
    .replace(/^\/+/, '')
    .replace(
      /^(https?)(?::\/*|\/\/+)(?:(https?):\/+)?/i,
      (_, first: string, second?: string) => `${second ?? first}://`,
    )
    .replace(/^((?:\w+:\/\/)?[^/]*?)[.,;]+(?=\/?$)/, '$1');
}

/** Why this URL must not be called, or null. Checks everything that needs no DNS. */
export function objectionTo(url: URL, rules: AddressRules): WooError | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return new WooError('bad_url', { detail: 'only http and https' });
  }
  if (url.username !== '' || url.password !== '') {
    return new WooError('bad_url', { detail: 'no username or password in the address' });
  }
  if (isAllowedHost(url, rules.allowHosts ?? [])) return null;
  if (!(rules.ports ?? defaultPorts).includes(effectivePort(url))) {
    return new WooError('unsafe_address', { detail: 'port not allowed' });
  }
  return objectionToHost(url.hostname);
}

function objectionToHost(hostname: string): WooError | null {
  const host = hostname.replace(/\.$/, '');
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    return isPublicAddress(host) ? null : new WooError('unsafe_address');
  }
  // Names that never leave the machine or the local network (RFC 6761, RFC 6762, RFC 8375).
  if (/(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/.test(host)) {
    return new WooError('unsafe_address');
  }
  return host.includes('.') ? null : new WooError('bad_url', { detail: 'not a full host name' });
}

/** The folder of WordPress: the path before any of WordPress's own paths. */
function storePath(pathname: string): string {
  return pathname
    .replace(/\/{2,}/g, '/')
    .replace(
      /\/(?:index\.php|wp-json|wp-admin|wp-login\.php|wp-content|wp-includes|wp-cron\.php|xmlrpc\.php|wc-api|wc-auth)(?:\/.*)?$/,
      '',
    )
    .replace(/\/(?:%20)*$/, '');
}

/** `https://host/folder` without the slash that URL adds to a bare origin. */
export function baseUrlOf(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

function refuse(code: WooErrorCode): ParsedStoreUrl {
  return { ok: false, error: new WooError(code) };
}
