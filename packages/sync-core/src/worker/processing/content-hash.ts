import { createHash } from 'node:crypto';
import {
  addressKeys,
  type MappedAddress,
  type MappedCustomer,
} from '../../domain/customer-mapping.ts';

/**
 * SHA-256 (32 bytes) over all that is stored of a customer but `dateModified`, so that a customer
 * whose date alone moved counts as unchanged. Keys that a store chose are sorted at every level: a
 * payload that went through jsonb, which reorders them, hashes as when it came from the store.
 * Whoever changes the list below makes every known customer count as changed, once.
 */
export function contentHash(customer: MappedCustomer): Buffer {
  const content = [
    customer.wooId,
    customer.email,
    customer.username,
    customer.firstName,
    customer.lastName,
    customer.role,
    // Company, phone, city and country of the customer are those of the billing address.
    addressValues(customer.billing),
    addressValues(customer.shipping),
    customer.isPayingCustomer,
    customer.avatarUrl,
    customer.metaData.map(({ id, key, value }) => [id, key, withSortedKeys(value)]),
    withSortedKeys(customer.extra),
    customer.dateCreated,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest();
}

function addressValues(address: MappedAddress): (string | null)[] {
  return addressKeys.map((key) => address[key] ?? null);
}

/** A copy of a value of JSON with the keys of every object in order. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, withSortedKeys(entry)]));
}
