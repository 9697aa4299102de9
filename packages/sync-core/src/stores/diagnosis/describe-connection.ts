import type { StoreConnection } from '../../domain/store-connection.ts';
import type { Finding } from '../../domain/store-diagnosis.ts';
import type { ApiRoot } from '../../woo/api-root.ts';

import type { FoundIndex } from '../../woo/find-store-index.ts';
import { DEFAULT_REST_PREFIX } from '../../woo/store-request.ts';
import { note, ok, warning } from './finding.ts';

/** Findings from how the store is reached. */
export function describeConnection(typedUrl: string, connection: StoreConnection): Finding[] {
  const isHidden = connection.warnings.includes('index_hidden');
  return [...describeIndex(typedUrl, { ...connection, isHidden }), describeSignIn(connection)];
}

/** Findings from a probe without keys. */
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
  'The index of the REST API is not public; customers can still be read.',
  'No action needed. If a sync is blocked later, allow /wp-json/ for "MantisSync".',
);

function describeAddress(typedUrl: string, baseUrl: string): Finding[] {
  const found = typedUrl.trim().replace(/\/+$/, '') === baseUrl;
  const address = ok(
    'address',
    found ? 'reached' : 'canonical',
    found
      ? `The store is reached at ${baseUrl}.`
      : `The store’s own address is ${baseUrl}, which is used from now on.`,
  );
  return baseUrl.startsWith('https:') ? [address] : [address, PLAIN_HTTP];
}

const PLAIN_HTTP = warning(
  'address',
  'plain_http',
  'The store is reached without https: customer data is transferred unencrypted.',
  'Install a certificate for the store (most hosts provide one for free), then connect it again with its https address.',
);

function describePermalinks({ baseUrl, routeStyle, restPrefix }: ApiRoot): Finding {
  if (routeStyle === 'pretty') {
    const where = restPrefix === DEFAULT_REST_PREFIX ? '' : ` at ${baseUrl}/${restPrefix}/`;
    return ok('api', 'rest_reachable', `The REST API is reachable${where}.`);
  }
  return warning(
    'api',
    'plain_permalinks',
    'The REST API is reachable through the parameter rest_route only, because the store uses plain permalinks.',
    'It works, but plugins easily break it: choose a structure other than Plain under Settings → Permalinks.',
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
      'The keys are accepted in the query only: a login plugin of the store uses the Authorization header itself.',
      'It works, but the keys appear in the log of the web server. Exempt /wp-json/wc/ in that plugin (JWT Authentication, Basic Auth, Application Passwords), then enter the store’s keys again.',
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
    'It works, but the keys appear in the log of the web server. Configure it to pass the header on (Apache: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1), then enter the store’s keys again.',
  );
}
