import type { AuthorizationScope } from '../domain/authorization-scope.ts';
import type { ApiRoot } from '../woo/api-root.ts';
import { effectivePort, isAllowedHost } from '../woo/store-address.ts';

export const AUTHORIZATION_CALLBACK_PATH = '/api/v1/wc-auth/callback';

export interface AuthorizeParams {
  /** The app name shown to the store's owner. */
  appName: string;
  scope: AuthorizationScope;
  /** The nonce; WooCommerce calls it `user_id` and returns it with the keys. */
  nonce: string;
  returnUrl: string;
  callbackUrl: string;
}

/** The store's page on which its owner approves or denies (class-wc-auth.php). */
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

/** Why a store cannot show its approval page; null if it can. */
export function objectionToOneClick({ routeStyle }: ApiRoot): string | null {
  return routeStyle === 'plain'
    ? 'The store uses plain permalinks, with which WooCommerce’s approval page does not work. Create keys by hand, or choose another structure under Settings → Permalinks.'
    : null;
}

/** The only ports that WordPress posts to. */
const PORTS = new Set([80, 443, 8080]);

/**
 * Why a store cannot send keys to us; null if it can. WooCommerce requires https and one of three ports,
 * unless a development store is configured otherwise.
 *
 * @param callbackBase address at which stores reach us; null if not configured
 */
export function objectionToCallback(
  callbackBase: string | null,
  storeUrl: string,
  allowHosts: readonly string[],
): string | null {
  if (callbackBase === null)
    return 'The public address of this installation (PUBLIC_URL) is not configured, so the store cannot send the keys.';
  if (isAllowedHost(new URL(storeUrl), allowHosts)) return null;
  const url = new URL(callbackBase);
  if (url.protocol !== 'https:')
    return 'A store sends keys to https addresses only, and this installation uses http.';
  if (!PORTS.has(effectivePort(url)))
    return `A store sends keys to the ports 80, 443 and 8080 only, and this installation uses ${effectivePort(url)}.`;
  return null;
}
