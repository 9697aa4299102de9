import { parseCustomer } from '../../domain/customer-mapping.ts';
import type { Reading } from '../../domain/choose-answer.ts';
import type { ChangeSource } from '../../domain/run-kind.ts';
import type { IsVolatile } from '../../domain/volatile-meta.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { CustomerVersion } from '../../sql/customers.ts';
import { contentHash } from './content-hash.ts';

/** What to do with a customer, before the database write. */
export type PreparedCustomer =
  | { kind: 'store'; version: CustomerVersion; warnings: readonly string[] }
  | { kind: 'delete'; wooId: number | null; reading: Reading; source: ChangeSource }
  | { kind: 'fail'; code: string; message: string; retryable: boolean };

/** Maps and hashes a row of the store. Writes nothing. */
export function prepareCustomer(
  wooId: number | null,
  row: unknown,
  reading: Reading,
  source: ChangeSource,
  isVolatile: IsVolatile,
): PreparedCustomer {
  failpoint('processing.line', wooId);
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
      isVolatile,
      fetchBeganAt: reading.beganAt,
      fetchedAt: reading.endedAt,
      source,
    },
    warnings,
  };
}
