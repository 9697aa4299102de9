import type { Viewer } from './customer-record.ts';
import { managesShop, refusal } from './customer-rights.ts';
import { errorAnswer, itemAnswer, withAllow } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';

const namespaces = [
  'oembed/1.0',
  'wc/v3',
  'wc/v1',
  'jetpack/v4',
  'wc-admin',
  'wc-analytics',
  'wc/store',
  'wc/store/v1',
  'wc/private',
  'wc/v2',
  'wc-admin-email',
  'wc-telemetry',
  'wccom-site/v3',
  'wp/v2',
  'wp-site-health/v1',
  'wp-block-editor/v1',
];

const wooRoutes: Record<string, readonly string[]> = {
  '/wc/v3/customers': ['GET', 'POST'],
  '/wc/v3/customers/(?P<id>[\\d]+)': ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  '/wc/v3/customers/batch': ['POST', 'PUT', 'PATCH'],
  '/wc/v3/orders': ['GET'],
  '/wc/v3/system_status': ['GET'],
  '/wc/v3/webhooks': ['GET', 'POST'],
  '/wc/v3/webhooks/(?P<id>[\\d]+)': ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
};

/** `/wp-json/`: the site's description and namespaces. Needs no key. */
export function answerRootIndex(context: RestContext): Answer {
  const { home } = context.viewer;
  const reply = itemAnswer(context, 200, {
    name: 'Example Store',
    description: '',
    url: home,
    home,
    gmt_offset: 1,
    timezone_string: 'Europe/Berlin',
    page_for_posts: 0,
    page_on_front: 0,
    show_on_front: 'posts',
    namespaces,
    authentication: {
      'application-passwords': {
        endpoints: { authorization: `${home}/wp-admin/authorize-application.php` },
      },
    },
    routes: { '/': indexEntry('', '/', context.viewer), ...routeEntries(context.viewer) },
  });
  return withAllow(reply, ['GET']);
}

/** `/wp-json/wc/v3`: the routes of WooCommerce that this store serves. */
export function answerWooIndex(context: RestContext): Answer {
  const reply = itemAnswer(context, 200, {
    namespace: 'wc/v3',
    routes: {
      '/wc/v3': indexEntry('wc/v3', '/wc/v3', context.viewer),
      ...routeEntries(context.viewer),
    },
  });
  return withAllow(reply, ['GET']);
}

function indexEntry(namespace: string, route: string, viewer: Viewer): Record<string, unknown> {
  const args = {
    ...(namespace === '' ? {} : { namespace: { default: namespace, required: false } }),
    context: { default: 'view', required: false },
  };
  return {
    namespace,
    methods: ['GET'],
    endpoints: [{ methods: ['GET'], args }],
    _links: { self: [{ href: viewer.restUrl(route) }] },
  };
}

function routeEntries(viewer: Viewer): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(wooRoutes).map(([route, methods]) => [
      route,
      {
        namespace: 'wc/v3',
        methods,
        endpoints: [{ methods, args: [] }],
        ...(route.includes('(') ? {} : { _links: { self: [{ href: viewer.restUrl(route) }] } }),
      },
    ]),
  );
}

/** `system_status`, the fields that a connection check reads. */
export function answerSystemStatus(context: RestContext): Answer {
  if (!managesShop(context.key)) return errorAnswer(refusal(context.key, 'list'));
  const { home } = context.viewer;
  const status = {
    environment: {
      home_url: home,
      site_url: home,
      version: '10.0.2',
      wp_version: '6.8.8',
      wp_multisite: false,
      wp_memory_limit: 268_435_456,
      wp_cron: true,
      language: 'en_US',
      php_version: '8.2.36',
      mysql_version: '10.11.19',
    },
    database: { wc_database_version: '10.0.2' },
    active_plugins: [],
    settings: { api_enabled: false, force_ssl: false, currency: 'EUR', currency_symbol: '€' },
  };
  return withAllow(itemAnswer(context, 200, status), ['GET']);
}
