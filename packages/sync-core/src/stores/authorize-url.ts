import type { AuthorizationScope } from '../domain/authorization-scope.ts';
import type { ApiRoot } from '../woo/api-root.ts';
import { effectivePort, isAllowedHost } from '../woo/store-address.ts';

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
  { baseUrl, restPrefix }: ApiRoot,
  { appName, scope, nonce, returnUrl, callbackUrl }: AuthorizeParams,
): string {
  const query = new URLSearchParams({
    app_name: appName,
    scope,
    user_id: nonce,
    return_url: returnUrl,
    callback_url: callbackUrl,
  });
  const base = restPrefix.startsWith('index.php/') ? `${baseUrl}/index.php` : baseUrl;
  return `${base}/wc-auth/v1/authorize?${query.toString()}`;
}

/** Why a shop cannot ask its owner at all, in plain words; null where it can. */
export function objectionToOneClick({ routeStyle }: ApiRoot): string | null {
  return routeStyle === 'plain'
    ? 'The store uses plain permalinks, and WooCommerce’s own page for this does not work without others. Make keys by hand, or choose another structure under Settings → Permalinks.'
    : null;
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
