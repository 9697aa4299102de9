import { hash } from 'node:crypto';
import {
  addressKeys,
  type MappedAddress,
  type MappedCustomer,
  parseCustomer,
} from '../../domain/customer-mapping.ts';
import type { Reading } from '../../domain/choose-answer.ts';
import type { ChangeSource } from '../../domain/run-kind.ts';
import { type IsVolatile, lastingMeta, volatileKeys } from '../../domain/volatile-meta.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { CustomerVersion, StoredVersion } from '../../sql/customers.ts';

/** What to do with a customer, before the database write. */
export type PreparedCustomer =
  /** The row is stored as it is. */
  | { kind: 'unchanged' }
  | { kind: 'store'; version: CustomerVersion; warnings: readonly string[] }
  | { kind: 'delete'; wooId: number | null; reading: Reading; source: ChangeSource }
  | { kind: 'fail'; code: string; message: string; retryable: boolean };

/**
 * Maps and hashes a row of the store, unless it is stored as it is. Writes nothing.
 *
 * @param stored what is stored of the customer, if known
 */
export function prepareCustomer(
  wooId: number | null,
  row: unknown,
  reading: Reading,
  source: ChangeSource,
  isVolatile: IsVolatile,
  stored?: StoredVersion,
): PreparedCustomer {
  failpoint('processing.line', wooId);
  const sent = rowHash(row);
  if (stored?.row_hash?.equals(sent) && !stored.is_deleted) return { kind: 'unchanged' };
  const parsed = parseCustomer(row, reading.endedAt);
  if (!parsed.ok) {
    const { code, message } = parsed;
    return { kind: 'fail', code, message, retryable: code !== 'bad_id' };
  }
  const { customer, warnings } = parsed;
  return {
    kind: 'store',
    version: {
      customer,
      contentHash: contentHash(customer, isVolatile),
      rowHash: warnings.length === 0 ? sent : null,
      isVolatile,
      fetchBeganAt: reading.beganAt,
      fetchedAt: reading.endedAt,
      source,
    },
    warnings,
  };
}

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
  return hash('sha256', JSON.stringify(content), 'buffer');
}

/** The first byte of every row hash. Raise it with every change of the mapping: rows are then mapped again. */
const MAPPING_VERSION = 1;

/** The version of the mapping, then 15 bytes of the SHA-256 of a row as the store sent it. */
export function rowHash(row: unknown): Buffer {
  const sha256 = hash('sha256', JSON.stringify(row), 'buffer');
  return Buffer.concat([Buffer.of(MAPPING_VERSION), sha256], 16);
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
