import type { SimKey } from './authenticate.ts';
import type { SimCustomer } from './customer-record.ts';
import { firesDeletedWebhook } from './customer-store.ts';
import type { CustomerChange } from './customer-store.ts';
import type { PostDelivery } from './post-delivery.ts';
import { gmtText } from './store-time.ts';
import { deliveryId, signDelivery } from './sign-delivery.ts';

export interface Webhook {
  id: number;
  name: string;
  status: 'active' | 'paused' | 'disabled';
  topic: string;
  delivery_url: string;
  date_created_gmt: string;
  date_modified_gmt: string | null;
  secret: string;
  /** The key that created it: payloads are built with the rights of its user. */
  owner: SimKey;
  failureCount: number;
}

/** One attempt; there is never a second one. */
export interface Delivery {
  webhookId: number;
  topic: string;
  customerId: number;
  headers: Record<string, string>;
  body: string;
  /** 0 without a response. */
  status: number;
  ok: boolean;
}

export type WebhookInput = Partial<
  Pick<Webhook, 'name' | 'status' | 'topic' | 'delivery_url' | 'secret'>
>;

const lastFailureKept = 5;

/** The webhooks of the store and the queue of their deliveries. */
export interface Webhooks {
  readonly all: readonly Webhook[];
  readonly pending: number;
  readonly deliveries: readonly Delivery[];
  get(id: number): Webhook | undefined;
  create(input: WebhookInput, owner: SimKey): Promise<Webhook>;
  update(webhook: Webhook, input: WebhookInput): Promise<void>;
  delete(id: number): void;
  /** Queues the webhooks of a customer's change; an identical pending delivery is not repeated. */
  fire(change: CustomerChange, customer: SimCustomer): void;
  /** Delivers the whole queue one by one; returns the deliveries. */
  flush(): Promise<Delivery[]>;
}

export function createWebhooks(deps: {
  now: () => number;
  /** The store's address with a trailing slash. */
  source: () => string;
  /** The payload as the webhook's owner would receive it now. */
  payload: (customerId: number, owner: SimKey) => string;
  post: PostDelivery;
  /** Called when something was queued. */
  queued: () => void;
}): Webhooks {
  const all: Webhook[] = [];
  const queue: { webhookId: number; customerId: number }[] = [];
  const deliveries: Delivery[] = [];
  let nextId = 1;
  let flushing: Promise<unknown> = Promise.resolve();

  const ping = (webhook: Webhook): Promise<number> =>
    deps.post(
      webhook.delivery_url,
      { 'content-type': 'application/x-www-form-urlencoded' },
      `webhook_id=${webhook.id}`,
    );

  const deliver = async (webhook: Webhook, customerId: number): Promise<Delivery> => {
    const [resource = '', event = ''] = webhook.topic.split('.');
    const body =
      event === 'deleted'
        ? JSON.stringify({ id: customerId })
        : deps.payload(customerId, webhook.owner);
    const headers = {
      'content-type': 'application/json',
      'x-wc-webhook-source': deps.source(),
      'x-wc-webhook-topic': webhook.topic,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-signature': signDelivery(webhook.secret, body),
      'x-wc-webhook-id': String(webhook.id),
      'x-wc-webhook-delivery-id': deliveryId(webhook.id, deps.now()),
    };
    const status = await deps.post(webhook.delivery_url, headers, body);
    const ok = status >= 200 && status <= 302;
    count(webhook, ok);
    return { webhookId: webhook.id, topic: webhook.topic, customerId, headers, body, status, ok };
  };

  const drain = async (): Promise<Delivery[]> => {
    const delivered: Delivery[] = [];
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { webhookId, customerId } = next;
      const webhook = all.find(({ id }) => id === webhookId);
      if (webhook) delivered.push(await deliver(webhook, customerId));
    }
    deliveries.push(...delivered);
    return delivered;
  };

  return {
    all,
    deliveries,
    get pending() {
      return queue.length;
    },
    get: (id) => all.find((webhook) => webhook.id === id),
    create: async (input, owner) => {
      const webhook = newWebhook(nextId++, input, owner, gmtText(deps.now()));
      all.push(webhook);
      if (webhook.status === 'active') await ping(webhook);
      return webhook;
    },
    update: async (webhook, input) => {
      const woken = input.status === 'active' && webhook.status !== 'active';
      Object.assign(webhook, input, { date_modified_gmt: gmtText(deps.now()) });
      // The failure count is kept: the next failure disables it again.
      if (woken) await ping(webhook);
    },
    delete: (id) => void all.splice(0, all.length, ...all.filter((webhook) => webhook.id !== id)),
    fire: (change, customer) => {
      if (change === 'deleted' && !firesDeletedWebhook(customer)) return;
      const events = change === 'created' ? ['created', 'updated'] : [change];
      for (const webhook of all) {
        const wanted = events.some((event) => webhook.topic === `customer.${event}`);
        if (!wanted || webhook.status !== 'active') continue;
        const entry = { webhookId: webhook.id, customerId: customer.id };
        if (
          !queue.some(
            (other) => other.webhookId === entry.webhookId && other.customerId === entry.customerId,
          )
        )
          queue.push(entry);
      }
      if (queue.length > 0) deps.queued();
    },
    flush: () => {
      const mine = flushing.then(drain);
      flushing = mine;
      return mine;
    },
  };
}

/** Six failures in a row are counted, the seventh disables; any success resets the count. */
function count(webhook: Webhook, ok: boolean): void {
  if (ok) webhook.failureCount = 0;
  else if (webhook.failureCount > lastFailureKept) webhook.status = 'disabled';
  else webhook.failureCount++;
}

function newWebhook(id: number, input: WebhookInput, owner: SimKey, at: string): Webhook {
  return {
    id,
    name: input.name ?? `Webhook created on ${at}`,
    status: input.status ?? 'active',
    topic: input.topic ?? '',
    delivery_url: input.delivery_url ?? '',
    date_created_gmt: at,
    date_modified_gmt: null,
    secret: input.secret ?? owner.consumerSecret,
    owner,
    failureCount: 0,
  };
}
