import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a delivery's headers say. None of it is signed: hints, to tell deliveries apart. */
export interface DeliveryHeaders {
  contentType: string;
  signature: string | undefined;
  topic: string | undefined;
  deliveryId: string | undefined;
}

/** 32 bytes in base64, and nothing behind them. */
const signatureForm = /^[A-Za-z0-9+/]{43}=$/;

/** WooCommerce asks once whether anybody is there: a form, without a signature, that wants 200. */
export function isPing({ contentType }: DeliveryHeaders, body: Buffer): boolean {
  return (
    contentType.startsWith('application/x-www-form-urlencoded') &&
    /^webhook_id=\d{1,20}$/.test(body.subarray(0, 40).toString('latin1'))
  );
}

/**
 * Whether a body was signed with this secret: base64 of HMAC-SHA256 over its raw bytes. Takes the same
 * time whatever the signature looks like.
 */
export function isSignedWith(secret: string, body: Buffer, signature: string | undefined): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const isSignature = signatureForm.test(signature ?? '');
  const given = isSignature
    ? Buffer.from(signature ?? '', 'base64')
    : Buffer.alloc(expected.length);
  return timingSafeEqual(expected, given) && isSignature;
}

/**
 * The customer that a signed body names. Null where it names none: a customer that was gone before the
 * store's queue ran is delivered as a signed error without an id.
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
