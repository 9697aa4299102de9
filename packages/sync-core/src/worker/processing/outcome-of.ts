import { decideRetry, type RetryPolicy } from '../../domain/retry-policy.ts';
import type { AttemptOutcome } from '../../sql/lines.ts';
import type { PreparedCustomer } from './prepare-customer.ts';
import type { StoreOutcome } from './store-customers.ts';

const DISPUTED = {
  code: 'answers_overlap',
  message: 'Two overlapping responses of the store differ; the customer is read again.',
};

/**
 * The result of a line's attempt.
 *
 * @param attempts attempts in this round, including this one
 * @param outcomes of the stored customers, by WooCommerce id
 */
export function outcomeOf(
  policy: RetryPolicy,
  attempts: number,
  customer: PreparedCustomer,
  outcomes: ReadonlyMap<number, StoreOutcome>,
): AttemptOutcome {
  switch (customer.kind) {
    case 'delete':
      return { state: 'done', outcome: 'deleted' };
    case 'store': {
      const { wooId } = customer.version.customer;
      const outcome = outcomes.get(wooId) ?? 'unchanged';
      if (outcome !== 'disputed') return { state: 'done', outcome };
      return { ...DISPUTED, ...decideRetry(attempts, true, policy) };
    }
    case 'fail': {
      const { code, message, retryable } = customer;
      return { code, message, ...decideRetry(attempts, retryable, policy) };
    }
  }
}
