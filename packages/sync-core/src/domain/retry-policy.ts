import { LINE_TRANSITIONS, type LineState } from './state-machine.ts';

/** When a failed attempt of a line is tried again. */
export interface RetryPolicy {
  /** Tries after the first. */
  maxRetries: number;
  /** Wait before the first retry, in milliseconds; it doubles with each. */
  retryBaseMs: number;
}

/**
 * Workers that may die with a line in hand, in a round, before it fails. After the first death it is
 * claimed alone, so that the others of its batch go on without it.
 */
export const MAX_LINE_CRASHES = 3;

export type AttemptResult =
  | { state: Extract<LineState, 'draft'>; delayMs: number }
  | { state: Extract<LineState, 'failed'>; delayMs: null };

/**
 * What becomes of a line whose attempt failed.
 *
 * @param attempts tries so far in this round, this one included (1, 2, 3 …)
 * @returns back to draft after 1 s, 2 s, 4 s … (`retryBaseMs` × 2ⁿ), or failed once they are used up
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
    delayMs: policy.retryBaseMs * 2 ** (attempts - 1),
  };
}
