import http from 'node:http';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createAnalytics } from './analytics-routes.ts';
import { createAuthenticator, defaultCredentials } from './authenticate.ts';
import type { SimKey } from './authenticate.ts';
import { customerRow } from './customer-record.ts';
import type { SimCustomer, Viewer } from './customer-record.ts';
import { checkCustomerRight } from './customer-rights.ts';
import { createCustomerStore, customerFixture } from './customer-store.ts';
import type { CustomerStore } from './customer-store.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { generateCustomer } from './generate-customer.ts';
import { makeGuests } from './guests.ts';
import type { Guest } from './guests.ts';
import { handleRequest } from './handle-request.ts';
import { phpJson } from './php-json.ts';
import { createPhpWorkers, realLatency } from './php-workers.ts';
import type { Latency } from './php-workers.ts';
import { createPostDelivery } from './post-delivery.ts';
import type { PostDelivery } from './post-delivery.ts';
import { createRequestLog } from './request-log.ts';
import type { RequestEntry } from './request-log.ts';
import { errorBody, restError } from './rest-error.ts';
import { createCustomerSelector } from './select-customers.ts';
import { createWcAuth } from './wc-auth.ts';
import type { WebLogin } from './web-login.ts';
import { createWebhooks } from './webhooks.ts';
import type { Delivery, Webhooks } from './webhooks.ts';

export interface WooSimOptions {
  /** Number of generated customers (797), or exactly these rows. */
  customers?: number | readonly SimCustomer[];
  /** Additional rows, such as staff or unusual users; they replace generated rows with the same id. */
  rows?: readonly SimCustomer[];
  /** Id of the first generated customer: 1, or 4 with `staff`. */
  firstId?: number;
  /** Adds an administrator (1), a shop manager (2) and a subscriber (3); only `role=all` lists them. */
  staff?: boolean;
  /** Customers without an account, each with an order: 5, or exactly these. */
  guests?: number | readonly Guest[];
  /** The same seed gives the same people and the same random faults. */
  seed?: number;
  port?: number;
  host?: string;
  /** Serves https with this certificate (PEM). */
  tls?: { key: string; cert: string };
  /** Treats `X-Forwarded-Proto: https` as https, as behind a proxy. */
  trustForwardedProto?: boolean;
  /** Treats plain http like https, so that Basic and query-string keys work. */
  pretendHttps?: boolean;
  /** The address in links and OAuth signatures; the listening address by default. */
  homeUrl?: string;
  /** One administrator key with `defaultCredentials` by default. */
  keys?: readonly SimKey[];
  /** No latency by default; `'real'` is that of a real store with two PHP cores. */
  latency?: Latency | 'real';
  permalinks?: 'pretty' | 'plain';
  /** The API prefix, `wp-json` unless the site changed it (`rest_url_prefix`). */
  restPrefix?: string;
  /** A shop manager's key receives meta data too, as in WooCommerce 5.3. */
  managersSeeMetaData?: boolean;
  /** Ignores `modified_after` for orders, as WooCommerce 5.3 does. */
  ordersIgnoreModifiedAfter?: boolean;
  /** The web server does not pass the `Authorization` header to PHP. */
  stripAuthorization?: boolean;
  /** The web server asks for this login before it passes a request to WordPress. */
  webLogin?: WebLogin;
  /** Delay after the first queued webhook before delivery; without it only `flushDeliveries` delivers. */
  deliverAfterMs?: number;
  /** Receives deliveries and granted keys instead of the network. */
  postDelivery?: PostDelivery;
  /** Timeout for a webhook's receiver: 60 s. */
  deliveryTimeoutMs?: number;
  /** The store's clock, in milliseconds since 1970. */
  now?: () => number;
}

/** A running store. */
export interface WooSim {
  /** Without a trailing slash. */
  readonly url: string;
  readonly defaultCredentials: typeof defaultCredentials;
  /** Live: push, remove or change keys while the store runs. */
  readonly keys: SimKey[];
  readonly customers: CustomerStore;
  readonly guests: readonly Guest[];
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  /** The last 100,000 requests, oldest first. */
  readonly requests: readonly RequestEntry[];
  readonly connections: {
    /** Open sockets, and the total number so far. */
    readonly open: number;
    readonly total: number;
    /** Requests in progress, and the maximum so far. */
    readonly active: number;
    readonly mostActive: number;
  };
  /** Delivers queued webhooks one by one, and returns the attempts. */
  flushDeliveries(): Promise<Delivery[]>;
  /** Closes every connection and stops. */
  close(): Promise<void>;
}

/**
 * Starts a simulated WooCommerce 10.0.2 store on node:http. It is ready when the promise
 * resolves. Rejects like `server.listen` if the port is in use.
 */
export async function createWooSim(options: WooSimOptions = {}): Promise<WooSim> {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 1;
  const stopped = new AbortController();
  const keys: SimKey[] = structuredClone([...(options.keys ?? [administratorKey])]);
  const population = populationOf(options, seed);
  const customers = createCustomerStore({ population, rows: rowsOf(options), now });
  const { guests: wanted = 5 } = options;
  const guests = typeof wanted === 'number' ? makeGuests(wanted) : wanted;
  const faults = createFaults(seed);
  const log = createRequestLog(now);
  const site = { home: options.homeUrl?.replace(/\/+$/, '') ?? '' };
  const { permalinks = 'pretty', restPrefix = 'wp-json' } = options;
  const viewer = (role: string): Viewer => ({
    role,
    seesMetaData:
      role === 'administrator' || (role === 'shop_manager' && options.managersSeeMetaData === true),
    home: site.home,
    restUrl: (route) =>
      site.home +
      (permalinks === 'plain' ? `/index.php?rest_route=${route}` : `/${restPrefix}${route}`),
  });

  const post = options.postDelivery ?? createPostDelivery(options.deliveryTimeoutMs ?? 60_000);
  let timer: NodeJS.Timeout | undefined;
  const webhooks = createWebhooks({
    now,
    source: () => `${site.home}/`,
    payload: (id, owner) => phpJson(payloadOf(customers, id, owner, viewer(owner.userRole))),
    post,
    queued: () => {
      if (options.deliverAfterMs === undefined || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        void webhooks.flush();
      }, options.deliverAfterMs).unref();
    },
  });
  customers.onChange((change, customer) => webhooks.fire(change, customer));

  const secure = (request: IncomingMessage): boolean =>
    options.tls !== undefined ||
    options.pretendHttps === true ||
    (options.trustForwardedProto === true && request.headers['x-forwarded-proto'] === 'https');
  const connections = { open: 0, total: 0, active: 0, mostActive: 0 };
  const deps = {
    store: {
      customers,
      select: createCustomerSelector(customers),
      invent: (id: number) => generateCustomer({ ...population, seed: seed + 7 }, id),
      guests,
      ordersIgnoreModifiedAfter: options.ordersIgnoreModifiedAfter ?? false,
      webhooks,
      analytics: createAnalytics(customers, guests),
    },
    authenticate: createAuthenticator({ keys, now, restPrefix }),
    faults,
    log,
    workers: createPhpWorkers(latencyOf(options), stopped.signal),
    viewer,
    wcAuth: createWcAuth({ keys, post, home: () => site.home, permalinks }),
    permalinks,
    restPrefix,
    stripAuthorization: options.stripAuthorization ?? false,
    webLogin: options.webLogin ?? null,
    isHttps: secure,
    now,
    signal: stopped.signal,
  };
  const listener: http.RequestListener = (request, response) => {
    connections.active++;
    connections.mostActive = Math.max(connections.mostActive, connections.active);
    handleRequest(deps, request, response)
      .catch(() => response.destroy())
      .finally(() => connections.active--);
  };
  const server = options.tls
    ? https.createServer(options.tls, listener)
    : http.createServer(listener);
  server.on('connection', (socket: Socket) => {
    connections.open++;
    connections.total++;
    socket.on('close', () => connections.open--);
  });
  const url = await listen(server, options);
  if (site.home === '') site.home = url;

  return {
    url,
    defaultCredentials,
    keys,
    customers,
    guests,
    faults,
    webhooks,
    requests: log.entries,
    connections,
    flushDeliveries: () => webhooks.flush(),
    close: async () => {
      stopped.abort();
      clearTimeout(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const administratorKey: SimKey = {
  ...defaultCredentials,
  permissions: 'read_write',
  userRole: 'administrator',
};

function latencyOf({ latency }: WooSimOptions): Latency {
  return latency === 'real' ? realLatency : (latency ?? { bootMs: 0, perCustomerMs: 0 });
}

function populationOf(options: WooSimOptions, seed: number) {
  const { customers = 797 } = options;
  const firstId = options.firstId ?? (options.staff ? 4 : 1);
  return { seed, firstId, count: typeof customers === 'number' ? customers : 0 };
}

function rowsOf(options: WooSimOptions): SimCustomer[] {
  const given = typeof options.customers === 'object' ? options.customers : [];
  return [...(options.staff ? staff : []), ...given, ...(options.rows ?? [])];
}

const staff = (
  [
    [1, 'administrator', 'storeadmin', 'admin'],
    [2, 'shop_manager', 'keymanager', 'keymanager'],
    [3, 'subscriber', 'keysubscriber', 'keysubscriber'],
  ] as const
).map(([id, role, username, mailbox]) =>
  customerFixture({
    id,
    roles: [role],
    username,
    display_name: username,
    email: `${mailbox}@example.com`,
    date_created_gmt: '2023-01-02T08:00:00',
  }),
);

/** The row as the webhook's owner sees it at delivery, or the error instead. */
function payloadOf(customers: CustomerStore, id: number, owner: SimKey, viewer: Viewer): unknown {
  const customer = customers.get(id);
  if (!customer) return errorBody(restError(404, 'wc_user_invalid_id', 'Invalid user ID.'));
  const refused = checkCustomerRight(owner, customer, 'view');
  return refused ? errorBody(refused) : customerRow(customer, viewer);
}

function listen(server: http.Server, options: WooSimOptions): Promise<string> {
  const host = options.host ?? '127.0.0.1';
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject);
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : options.port;
      resolve(
        `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
      );
    });
  });
}
