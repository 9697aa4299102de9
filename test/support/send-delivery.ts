import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { insertStore } from './drive-run.ts';
import type { Member } from './sign-in.ts';
import type { TestApi } from './start-test-api.ts';

export interface Endpoint {
  storeId: string;
  secret: string;
}

/** A store of the member with webhooks signed by `secret`. */
export async function addEndpoint(
  api: TestApi,
  member: Member,
  secret = randomBytes(32).toString('hex'),
): Promise<Endpoint> {
  const storeId = await insertStore(api, member);
  const owner = { orgId: member.orgId, storeId, field: 'webhook_secret' } as const;
  const { keyId, cipher } = api.keyring.seal(secret, owner);
  await api.db.admin.query(
    `insert into woo_webhook_endpoint (org_id, store_id, secret_cipher, cipher_key_id)
     values ($1, $2, $3, $4)`,
    [member.orgId, storeId, cipher, keyId],
  );
  return { storeId, secret };
}

export const sign = (secret: string, body: string) =>
  createHmac('sha256', secret).update(body).digest('base64');

export interface Sent {
  body: string;
  signature?: string | undefined;
  topic?: string;
  deliveryId?: string;
  contentType?: string;
}

/** @returns the status */
export async function sendDelivery(api: TestApi, storeId: string, sent: Sent): Promise<number> {
  const response = await fetch(`${api.url}/webhooks/woocommerce/${storeId}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': sent.contentType ?? 'application/json',
      'x-wc-webhook-topic': sent.topic ?? 'customer.updated',
      'x-wc-webhook-delivery-id': sent.deliveryId ?? randomUUID(),
      ...(sent.signature !== undefined && { 'x-wc-webhook-signature': sent.signature }),
    },
    body: sent.body,
  });
  await response.text();
  return response.status;
}

/** Saved deliveries of a store. */
export async function deliveriesOf(api: TestApi, storeId: string) {
  const { rows } = await api.db.admin.query<{ woo_customer_id: number | null; state: string }>(
    'select woo_customer_id, state from woo_webhook_delivery where store_id = $1 order by id',
    [storeId],
  );
  return rows;
}

/** Jobs that start a run for a store's lost deliveries. */
export async function coversOf(api: TestApi, storeId: string) {
  const { rows } = await api.db.admin.query<{ has_gap: boolean; is_soon: boolean }>(
    `select gap_since is not null as has_gap, run_at < clock_timestamp() + interval '10 seconds' as is_soon
       from graphile_worker.jobs
       join woo_webhook_endpoint on key = format('store.webhooks:%s:%s', org_id, store_id)
      where store_id = $1`,
    [storeId],
  );
  return rows;
}
