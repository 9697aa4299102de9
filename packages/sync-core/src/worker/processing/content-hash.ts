import { createHash } from 'node:crypto';
import {
  addressKeys,
  type MappedAddress,
  type MappedCustomer,
} from '../../domain/customer-mapping.ts';
import { type IsVolatile, lastingMeta, volatileKeys } from '../../domain/volatile-meta.ts';

/**
 * SHA-256 (32 bytes) of a customer's content: everything stored except `dateModified`, the avatar (its address
 * changes by itself), ids of meta data and volatile meta data. Fields that the response omitted are not
 * included. Keys chosen by a store are sorted at every level: jsonb reorders them, and the hash must not
 * change. A change of the list below rewrites every known customer once, without an entry in its history.
 */
export function contentHash(
  customer: MappedCustomer,
  isVolatile: IsVolatile = volatileKeys(),
): Buffer {
  const content = [
    customer.wooId,
    customer.unknown,
    customer.email,
    customer.username,
    customer.firstName,
    customer.lastName,
    customer.role,
    // Company, phone, city and country of the customer are those of the billing address.
    addressValues(customer.billing),
    addressValues(customer.shipping),
    customer.isPayingCustomer,
    lastingMeta(customer.metaData, isVolatile).map(({ key, value }) => [
      key,
      withSortedKeys(value),
    ]),
    withSortedKeys(customer.extra),
    customer.dateCreated,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest();
}

function addressValues(address: MappedAddress): (string | null)[] {
  return addressKeys.map((key) => address[key] ?? null);
}

/** A copy of a JSON value with sorted object keys. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, withSortedKeys(entry)]));
}
