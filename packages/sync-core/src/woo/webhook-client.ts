import { readCustomerPage, readObject } from './customer-page.ts';
import type { StoreTransport } from './store-transport.ts';
import { WooError } from './woo-error.ts';

/** A webhook as the store returns it, without its secret. */
export interface StoreWebhook {
  id: number;
  topic: string;
  status: string;
  deliveryUrl: string;
}

export interface WebhookContent {
  name: string;
  topic: string;
  deliveryUrl: string;
  secret: string;
}

/** Webhooks of one store. Every method throws WooError; `forbidden` if the key may only read. */
export interface WebhookClient {
  /** All webhooks of any status. */
  list(signal?: AbortSignal): Promise<StoreWebhook[]>;
  create(content: WebhookContent, signal?: AbortSignal): Promise<StoreWebhook>;
  /** Does nothing if there is no such webhook. */
  remove(id: number, signal?: AbortSignal): Promise<void>;
}

const PAGE_SIZE = 100;
const MAX_PAGES = 20;

export function createWebhookClient(store: StoreTransport): WebhookClient {
  return {
    async list(signal) {
      const webhooks: StoreWebhook[] = [];
      for (let page = 1; page <= MAX_PAGES; page++) {
        const { rows } = await store.send({
          route: '/wc/v3/webhooks',
          query: { per_page: String(PAGE_SIZE), page: String(page), status: 'all' },
          signal,
          read: readCustomerPage,
        });
        webhooks.push(...rows.flatMap((row) => toWebhook(row) ?? []));
        if (rows.length < PAGE_SIZE) break;
      }
      return webhooks;
    },
    async create(content, signal) {
      const row = await store.send({
        method: 'POST',
        route: '/wc/v3/webhooks',
        query: {},
        body: toBody(content),
        signal,
        read: readObject,
      });
      return requireWebhook(row);
    },
    async remove(id, signal) {
      try {
        await store.send({
          method: 'DELETE',
          route: `/wc/v3/webhooks/${id}`,
          query: { force: 'true' },
          signal,
          read: readObject,
        });
      } catch (error) {
        if (!(error instanceof WooError && error.code === 'not_found')) throw error;
      }
    },
  };
}

function toBody({ name, topic, deliveryUrl, secret }: WebhookContent) {
  return { name, topic, delivery_url: deliveryUrl, secret, status: 'active' };
}

function requireWebhook(row: unknown): StoreWebhook {
  const webhook = toWebhook(row);
  if (!webhook) throw new WooError('bad_answer', { detail: 'no webhook in the response' });
  return webhook;
}

function toWebhook(row: unknown): StoreWebhook | null {
  if (typeof row !== 'object' || row === null) return null;
  const { id, topic, status, delivery_url: deliveryUrl } = row as Record<string, unknown>;
  if (!Number.isSafeInteger(id) || typeof topic !== 'string') return null;
  if (typeof status !== 'string' || typeof deliveryUrl !== 'string') return null;
  return { id: id as number, topic, status, deliveryUrl };
}
