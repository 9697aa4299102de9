import type { FoundIndex } from '../woo/find-store-index.ts';
import { effectivePort, isAllowedHost } from '../woo/store-address.ts';

/** What a shop's key may do: only read, or also make the webhooks that bring changes at once. */
export const AUTHORIZATION_SCOPES = ['read', 'read_write'] as const;

export type AuthorizationScope = (typeof AUTHORIZATION_SCOPES)[number];

export const AUTHORIZATION_CALLBACK_PATH = '/api/v1/wc-auth/callback';

export interface AuthorizeParams {
  /** What the shop shows its owner: who asks. */
  appName: string;
  scope: AuthorizationScope;
  /** The one-time number; WooCommerce calls it the id of our user, and sends it back with the keys. */
  nonce: string;
  returnUrl: string;
  callbackUrl: string;
}

/** The shop's own page on which its owner says yes or no (class-wc-auth.php). */
export function authorizeUrlOf(
  { baseUrl, routeStyle }: Pick<FoundIndex, 'baseUrl' | 'routeStyle'>,
  { appName, scope, nonce, returnUrl, callbackUrl }: AuthorizeParams,
): string {
  const query = new URLSearchParams({
    // Without permalinks there is no /wc-auth/.
    ...(routeStyle === 'plain' && { 'wc-auth-version': '1', 'wc-auth-route': 'authorize' }),
    app_name: appName,
    scope,
    user_id: nonce,
    return_url: returnUrl,
    callback_url: callbackUrl,
  });
  const page = routeStyle === 'plain' ? 'index.php' : 'wc-auth/v1/authorize';
  return `${baseUrl}/${page}?${query.toString()}`;
}

/** WordPress posts to these alone. */
const PORTS = new Set([80, 443, 8080]);

/**
 * Why a shop cannot send keys to us, in plain words; null where it can. WooCommerce wants https and one
 * of three ports, unless a developer's shop was told otherwise.
 *
 * @param callbackBase where shops reach us; null where nobody has said
 */
export function objectionToCallback(
  callbackBase: string | null,
  storeUrl: string,
  allowHosts: readonly string[],
): string | null {
  if (callbackBase === null)
    return 'Nobody has said under which public address shops reach this installation (PUBLIC_URL), so the shop cannot send the keys.';
  if (isAllowedHost(new URL(storeUrl), allowHosts)) return null;
  const url = new URL(callbackBase);
  if (url.protocol !== 'https:')
    return 'A shop sends keys to https addresses only, and this installation is reached by http.';
  if (!PORTS.has(effectivePort(url)))
    return `A shop sends keys to the ports 80, 443 and 8080 only, and this installation is reached at ${effectivePort(url)}.`;
  return null;
}
