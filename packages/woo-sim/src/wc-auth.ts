import { randomBytes } from 'node:crypto';
import type { SimKey } from './authenticate.ts';
import type { PhpQuery } from './php-query.ts';
import type { PostDelivery } from './post-delivery.ts';
import { deniedPage, grantPage } from './wc-auth-pages.ts';

/** A page of the site, or a redirect. */
export interface SitePage {
  status: number;
  html: string;
  location?: string;
}

export interface WcAuthDeps {
  /** The keys of the store: an approved one is added, and removed again if nobody accepts it. */
  keys: SimKey[];
  post: PostDelivery;
  /** The store's address without a trailing slash. */
  home: () => string;
  permalinks: 'pretty' | 'plain';
}

/** The request parameters that `class-wc-auth.php` reads. */
interface AuthRequest {
  appName: string;
  userId: string;
  returnUrl: string;
  callbackUrl: string;
  scope: SimKey['permissions'];
}

/** WordPress's error page with status 401. */
class AuthError extends Error {
  override readonly name = 'AuthError';
}

const scopes = ['read', 'write', 'read_write'] as const;

/**
 * The pages of WooCommerce's wc-auth (`includes/class-wc-auth.php`), as seen by a signed-in user who may
 * manage the store. The sign-in page is omitted.
 */
export function createWcAuth(deps: WcAuthDeps) {
  const { keys, post } = deps;
  // WordPress's nonces can be reused for a day.
  const wpNonce = randomBytes(5).toString('hex');
  let nextKeyId = 1;

  async function grant(request: AuthRequest): Promise<SitePage> {
    const key: SimKey = {
      consumerKey: `ck_${randomBytes(20).toString('hex')}`,
      consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
      permissions: request.scope,
      userRole: 'administrator',
    };
    keys.push(key);
    const body = JSON.stringify({
      key_id: nextKeyId++,
      user_id: request.userId,
      consumer_key: key.consumerKey,
      consumer_secret: key.consumerSecret,
      key_permissions: key.permissions,
    });
    const status = await post(request.callbackUrl, headersOf(deps.home()), body);
    if (status === 200) {
      const location = withQuery(request.returnUrl, { success: '1', user_id: request.userId });
      return { status: 302, html: '', location };
    }
    keys.splice(keys.indexOf(key), 1);
    throw new AuthError(
      'An error occurred in the request and at the time were unable to send the consumer data',
    );
  }

  function ask(request: AuthRequest): SitePage {
    const html = grantPage({
      appName: request.appName,
      scope: request.scope,
      approveUrl: withQuery(pageUrl(deps, 'access_granted'), {
        app_name: request.appName,
        user_id: request.userId,
        return_url: request.returnUrl,
        callback_url: request.callbackUrl,
        scope: request.scope,
        wc_auth_nonce: wpNonce,
      }),
      denyUrl: withQuery(request.returnUrl, { success: '0', user_id: request.userId }),
    });
    return { status: 200, html };
  }

  return async function answer(route: string, query: PhpQuery): Promise<SitePage> {
    try {
      const request = readRequest(query);
      if (route === 'authorize') return ask(request);
      if (route !== 'access_granted')
        throw new AuthError('You do not have permission to access this page');
      if (query.get('wc_auth_nonce') !== wpNonce) throw new AuthError('Invalid nonce verification');
      return await grant(request);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      return { status: 401, html: deniedPage(error.message) };
    }
  };
}

function readRequest(query: PhpQuery): AuthRequest {
  const given = (name: string): string => {
    const value = query.get(name);
    // PHP treats "0" as empty.
    if (typeof value !== 'string' || value === '' || value === '0')
      throw new AuthError(`Missing parameter ${name}`);
    return value;
  };
  const appName = given('app_name');
  const userId = given('user_id');
  const returnUrl = validUrl(given('return_url'));
  const callbackUrl = validUrl(given('callback_url'));
  const asked = given('scope');
  const scope = scopes.find((known) => known === asked);
  if (!scope) throw new AuthError(`Invalid scope ${asked}`);
  if (!/^https:\/\//i.test(callbackUrl) && !isLoopback(callbackUrl))
    throw new AuthError('The callback_url needs to be over SSL');
  return { appName, userId, returnUrl, callbackUrl, scope };
}

/** The store decodes it once more, and adds https if no scheme is given. */
function validUrl(text: string): string {
  const decoded = decodeURIComponent(text);
  const url = decoded.includes('://') ? decoded : `https://${decoded}`;
  if (!URL.canParse(url)) throw new AuthError(`The ${url} is not a valid URL`);
  return url;
}

/** The simulator's only exception, so that a product on the same machine can be tested. */
function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

function pageUrl({ home, permalinks }: WcAuthDeps, route: string): string {
  return permalinks === 'pretty'
    ? `${home()}/wc-auth/v1/${route}/`
    : `${home()}/index.php?wc-auth-version=1&wc-auth-route=${route}`;
}

function withQuery(url: string, query: Record<string, string>): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(query)) changed.searchParams.set(name, value);
  return changed.href;
}

function headersOf(home: string): Record<string, string> {
  return {
    'content-type': 'application/json;charset=UTF-8',
    'user-agent': `WordPress/6.8.8; ${home}`,
  };
}
