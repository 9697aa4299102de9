import type { StoreConnection } from '../../domain/store-connection.ts';
import type { Finding } from '../../domain/store-diagnosis.ts';
import type { ApiRoot } from '../../woo/api-root.ts';

import type { FoundIndex } from '../../woo/find-store-index.ts';
import { DEFAULT_REST_PREFIX } from '../../woo/store-request.ts';
import { note, ok, warning } from './finding.ts';

/** What the way of talking to a store says about it. */
export function describeConnection(typedUrl: string, connection: StoreConnection): Finding[] {
  const isHidden = connection.warnings.includes('index_hidden');
  return [...describeIndex(typedUrl, { ...connection, isHidden }), describeSignIn(connection)];
}

/** What can be said of a store without keys. */
export function describeIndex(
  typedUrl: string,
  index: ApiRoot & Pick<FoundIndex, 'isHidden'>,
): Finding[] {
  return [
    ...describeAddress(typedUrl, index.baseUrl),
    describePermalinks(index),
    ...(index.isHidden ? [INDEX_HIDDEN] : []),
  ];
}

const INDEX_HIDDEN = note(
  'api',
  'index_hidden',
  'The index of the REST API is not public; the customers can be read all the same.',
  'Nothing to do, unless a sync is blocked later: then allow /wp-json/ for "MantisSync".',
);

function describeAddress(typedUrl: string, baseUrl: string): Finding[] {
  const found = typedUrl.trim().replace(/\/+$/, '') === baseUrl;
  const address = ok(
    'address',
    found ? 'reached' : 'canonical',
    found
      ? `The store is reached at ${baseUrl}.`
      : `The store’s own address is ${baseUrl}; it is the one that is used.`,
  );
  return baseUrl.startsWith('https:') ? [address] : [address, PLAIN_HTTP];
}

const PLAIN_HTTP = warning(
  'address',
  'plain_http',
  'The store is reached without https: customers’ data cross the network unencrypted.',
  'Install a certificate for the shop (most hosts give one for free), then connect it again by its https address.',
);

function describePermalinks({ baseUrl, routeStyle, restPrefix }: ApiRoot): Finding {
  if (routeStyle === 'pretty') {
    const where = restPrefix === DEFAULT_REST_PREFIX ? '' : ` at ${baseUrl}/${restPrefix}/`;
    return ok('api', 'rest_reachable', `The REST API is reachable${where}.`);
  }
  return warning(
    'api',
    'plain_permalinks',
    'The REST API is reachable by the parameter rest_route only, since the store uses plain permalinks.',
    'It works, but plugins break it easily: choose another structure than Plain under Settings → Permalinks.',
  );
}

function describeSignIn({ authMode, warnings }: StoreConnection): Finding {
  if (authMode === 'basic') return ok('sign_in', 'basic', 'The keys are accepted (Basic).');
  if (authMode === 'oauth1')
    return ok('sign_in', 'oauth1', 'The keys are accepted (OAuth 1.0a: each request is signed).');
  if (warnings.includes('login_plugin')) {
    return warning(
      'sign_in',
      'login_plugin',
      'The keys are accepted in the query only: a login plugin of the store takes the Authorization header for itself.',
      'It works, but the keys appear in the log of the web server. Exempt /wp-json/wc/ in that plugin (JWT Authentication, Basic Auth, Application Passwords), then give the store its keys again.',
    );
  }
  if (!warnings.includes('authorization_stripped'))
    return ok(
      'sign_in',
      'query',
      'The keys are accepted (in the query, behind the login of the web server).',
    );
  return warning(
    'sign_in',
    'authorization_stripped',
    'The keys are accepted in the query only: the web server removes the Authorization header.',
    'It works, but the keys appear in the log of the web server. Let it pass the header on (Apache: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1), then give the store its keys again.',
  );
}
