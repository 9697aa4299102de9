import { createHash, createHmac } from 'node:crypto';

/** `X-WC-Webhook-Signature`: base64 of HMAC-SHA256 over the raw body. */
export function signDelivery(secret: string, rawBody: string | Uint8Array): string {
  return createHmac('sha256', secret).update(rawBody).digest('base64');
}

/** `X-WC-Webhook-Delivery-ID`: two deliveries of one webhook in the same second share it, as in WooCommerce. */
export function deliveryId(webhookId: number, nowMs: number): string {
  return createHash('md5')
    .update(`${webhookId}-${Math.floor(nowMs / 1000)}`)
    .digest('hex');
}
