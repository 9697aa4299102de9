import type { AnsweredRequest } from '../platform/sync-metrics.ts';
import type { Database } from '@mantis-sync/db';
import { silentSyncMetrics, type SyncMetrics } from '../platform/sync-metrics.ts';
import { requireActiveStore, requireStore, type StoreRow } from '../sql/stores.ts';
import type { ProbeOptions } from '../woo/connect-store.ts';
import { createWooClient, type WooClient } from '../woo/create-woo-client.ts';
import { createSafeDispatcher } from '../woo/safe-connect.ts';
import { defaultTimeouts, type Timeouts } from '../woo/send-request.ts';
import type { StoreCredentials, WebLogin } from '../woo/store-request.ts';
import { createStoreTransport, type StoreTransportOptions } from '../woo/store-transport.ts';
import { createWebhookClient, type WebhookClient } from '../woo/webhook-client.ts';
import { WooError } from '../woo/woo-error.ts';
import { type Keyring, SecretError, type SecretOwner } from './keyring.ts';

export interface StoreClientsDeps {
  database: Database;
  keyring: Keyring;
  /** `host` or `host:port` of stores that may have private addresses; for development. */
  allowHosts: readonly string[];
  /** PEM of further certificate authorities. */
  ca?: string | undefined;
  /** The client's timeouts unless given. */
  timeouts?: Partial<Timeouts> | undefined;
  /** Epoch milliseconds; the wall clock unless given. */
  now?: (() => number) | undefined;
  /** No logging unless given. */
  metrics?: SyncMetrics | undefined;
}

export interface OpenStore {
  store: StoreRow;
  client: WooClient;
  webhooks: WebhookClient;
}

export interface StoreClients {
  /**
   * A client for a store with its current keys.
   * @throws SyncError `store_not_found`, `store_paused`; WooError `credentials` if its keys cannot be
   * decrypted
   */
  open(
    orgId: string,
    storeId: string,
    options?: Pick<StoreTransportOptions, 'beforeBody'>,
  ): Promise<OpenStore>;
  /**
   * What a diagnosis of a store needs, paused or not.
   * @throws SyncError `store_not_found`; WooError `credentials` if its keys cannot be decrypted
   */
  reach(orgId: string, storeId: string): Promise<ProbeOptions>;
  close(): Promise<void>;
}

/** Creates clients of all stores over one pool of guarded connections. */
export function createStoreClients(deps: StoreClientsDeps): StoreClients {
  const { database, keyring, allowHosts, ca, metrics = silentSyncMetrics } = deps;
  const timeouts = { ...defaultTimeouts, ...deps.timeouts };
  const dispatcher = createSafeDispatcher({
    allowHosts,
    connectMs: timeouts.connectMs,
    ...(ca === undefined ? {} : { ca }),
  });

  return {
    async open(orgId, storeId, { beforeBody } = {}) {
      const store = await database.withOrg(orgId, (sql) => requireActiveStore(sql, storeId));
      const options = {
        baseUrl: store.url,
        authMode: store.authMode,
        routeStyle: store.routeStyle,
        restPrefix: store.restPrefix,
        ...openSecrets(keyring, store),
        dispatcher,
        timeouts,
        now: deps.now,
        beforeBody,
        onAnswered: (request: AnsweredRequest) => metrics.storeAnswered(storeId, request),
      };
      return {
        store,
        client: createWooClient(options),
        webhooks: createWebhookClient(createStoreTransport(options)),
      };
    },
    async reach(orgId, storeId) {
      const store = await database.withOrg(orgId, (sql) => requireStore(sql, storeId));
      return {
        url: store.url,
        ...openSecrets(keyring, store),
        dispatcher,
        allowHosts,
        now: deps.now,
      };
    },
    close: () => dispatcher.destroy(),
  };
}

/** @throws WooError `credentials`: unknown key, modified bytes, or a secret moved to another row */
export function openSecrets(
  keyring: Keyring,
  store: StoreRow,
): { credentials: StoreCredentials; webLogin: WebLogin | null } {
  const { orgId, id: storeId, cipherKeyId: keyId } = store;
  const open = (cipher: Buffer, field: SecretOwner['field']) =>
    keyring.open({ keyId, cipher }, { orgId, storeId, field });
  try {
    return {
      credentials: {
        consumerKey: open(store.consumerKeyCipher, 'consumer_key'),
        consumerSecret: open(store.consumerSecretCipher, 'consumer_secret'),
      },
      webLogin:
        store.webLoginCipher && (JSON.parse(open(store.webLoginCipher, 'web_login')) as WebLogin),
    };
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new WooError('credentials', { detail: error.message.replace(/\.$/, '') });
  }
}
