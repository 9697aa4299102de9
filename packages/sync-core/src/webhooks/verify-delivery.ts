import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers of a delivery. They are not signed and only serve to distinguish deliveries. */
export interface DeliveryHeaders {
  contentType: string;
  signature: string | undefined;
  topic: string | undefined;
  deliveryId: string | undefined;
}

/** Exactly 32 bytes in base64. */
const signatureForm = /^[A-Za-z0-9+/]{43}=$/;

/** WooCommerce's ping for a new webhook: an unsigned form that expects 200. */
export function isPing({ contentType }: DeliveryHeaders, body: Buffer): boolean {
  return (
    contentType.startsWith('application/x-www-form-urlencoded') &&
    /^webhook_id=\d{1,20}$/.test(body.subarray(0, 40).toString('latin1'))
  );
}

/** Whether a body was signed with this secret: base64 of HMAC-SHA256 over the raw bytes. Runs in constant time. */
export function isSignedWith(secret: string, body: Buffer, signature: string | undefined): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const isSignature = signatureForm.test(signature ?? '');
  const given = isSignature
    ? Buffer.from(signature ?? '', 'base64')
    : Buffer.alloc(expected.length);
  return timingSafeEqual(expected, given) && isSignature;
}

/**
 * The customer named in a signed body. Null if there is none: for a customer deleted before the store's queue
 * ran, the store delivers a signed error without an id.
 */
export function customerIdOf(body: Buffer): number | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || !('id' in value)) return null;
    return Number.isSafeInteger(value.id) && (value.id as number) > 0 ? (value.id as number) : null;
  } catch {
    return null;
  }
}
