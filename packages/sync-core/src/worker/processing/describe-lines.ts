import { countOf } from '../../domain/count-words.ts';
import type { RetryPolicy } from '../../domain/retry-policy.ts';
import { countWarnings, describeWarnings } from '../../domain/warning-counts.ts';
import { type ActivityEntry, CORRECTED } from '../../sql/activity.ts';
import type { AttemptOutcome } from '../../sql/lines.ts';
import type { LinePlace } from './prepare-batch.ts';
import type { PreparedCustomer } from './prepare-customer.ts';

/** Counts corrected customers by field; summed up at the end of the run. */
export function describeCorrections(customers: readonly PreparedCustomer[]): ActivityEntry[] {
  const warnings = countWarnings(
    customers.map((customer) => (customer.kind === 'store' ? customer.warnings : [])),
  );
  if (Object.keys(warnings).length === 0) return [];
  return [{ event: CORRECTED, message: describeWarnings(warnings), data: { warnings } }];
}

/** The activity entry of a line with a problem. */
export function describeLine(
  settings: RetryPolicy,
  line: LinePlace,
  customer: PreparedCustomer,
  result: AttemptOutcome,
): ActivityEntry[] {
  const { position, wooCustomerId, attempts } = line;
  const name = wooCustomerId === null ? `Line ${position}` : `Customer ${wooCustomerId}`;
  const data = { position, wooCustomerId, attempts };
  if (customer.kind !== 'fail' || result.state === 'done') return [];
  if (result.state === 'failed') {
    return [
      {
        event: 'line.failed',
        level: 'error',
        message: `${name} failed after ${countOf(attempts, 'attempt')}: ${customer.message}`,
        data: { ...data, code: customer.code },
      },
    ];
  }
  return [
    {
      event: 'line.retrying',
      level: 'warning',
      message: `${name}, attempt ${attempts} of ${settings.maxRetries + 1}: ${customer.message.replace(/\.?$/, '.')} Next try in ${(result.delayMs ?? 0) / 1000} s.`,
      data: { ...data, code: customer.code, delayMs: result.delayMs },
    },
  ];
}
