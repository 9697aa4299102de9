import { backoffMs } from '@mantis-sync/db/backoff';
import { LINE_TRANSITIONS, type LineState } from './state-machine.ts';

/** When a failed line is tried again. */
export interface RetryPolicy {
  /** Attempts after the first. */
  maxRetries: number;
  /** Wait before the first retry, in milliseconds; it doubles with each. */
  retryBaseMs: number;
}

/**
 * Crashes per round before a line fails. After the first crash the line is claimed alone, so that the rest of
 * its batch can continue.
 */
export const MAX_LINE_CRASHES = 3;

export type AttemptResult =
  | { state: Extract<LineState, 'draft'>; delayMs: number }
  | { state: Extract<LineState, 'failed'>; delayMs: null };

/**
 * Decides the next state of a line after a failed attempt.
 *
 * @param attempts attempts so far in this round, including this one (1, 2, 3 …)
 * @returns draft with a delay of 1 s, 2 s, 4 s … (`retryBaseMs` × 2ⁿ), or failed after the last attempt
 */
export function decideRetry(
  attempts: number,
  retryable: boolean,
  policy: RetryPolicy,
): AttemptResult {
  if (!retryable || attempts > policy.maxRetries) {
    return { state: LINE_TRANSITIONS.processing.failed, delayMs: null };
  }
  return {
    state: LINE_TRANSITIONS.processing.rescheduled,
    delayMs: backoffMs({ firstMs: policy.retryBaseMs }, attempts),
  };
}
