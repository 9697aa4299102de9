import type { LineOutcome } from '../../domain/line-state.ts';
import { decideRetry, type RetryPolicy } from '../../domain/retry-policy.ts';
import type { AttemptOutcome } from '../../sql/lines.ts';
import type { PreparedCustomer } from './prepare-customer.ts';

/**
 * What the attempt of a line came to.
 *
 * @param attempts tries in this round, this one included
 * @param outcomes of the customers that were stored, by WooCommerce id
 */
export function outcomeOf(
  policy: RetryPolicy,
  attempts: number,
  customer: PreparedCustomer,
  outcomes: ReadonlyMap<number, LineOutcome>,
): AttemptOutcome {
  switch (customer.kind) {
    case 'delete':
      return { state: 'done', outcome: 'deleted' };
    case 'store': {
      const { wooId } = customer.version.customer;
      return { state: 'done', outcome: outcomes.get(wooId) ?? 'unchanged' };
    }
    case 'fail': {
      const { code, message, retryable } = customer;
      return { code, message, ...decideRetry(attempts, retryable, policy) };
    }
  }
}
