import { type Backoff, backoffMs } from '@mantis-sync/db/backoff';
import { WooError } from './woo-error.ts';

/** Longest wait that a store can request. */
export const maxRetryAfterMs = 300_000;

export interface RetryPolicy {
  /** Retries after the first attempt. */
  readonly limit: number;
  /** For waits that the store did not request. */
  readonly backoff: Backoff;
}

export interface RetryQuestion {
  readonly error: unknown;
  /** Attempts made so far, from 1. */
  readonly attempt: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly policy: RetryPolicy;
}

/**
 * How long to wait before the next attempt, or null for no further attempt. Early exits, most certain first,
 * as in sindresorhus/ky. Without a request of the store: exponential backoff with full jitter (AWS Builders'
 * Library). 4xx is never retried, except those that mean "later": 429, a captcha, a nonce that a proxy used.
 */
export function retryDelayMs({ error, attempt, random, policy }: RetryQuestion): number | null {
  if (!(error instanceof WooError)) return null;
  if (error.kind !== 'struggling') return null;
  if (attempt > policy.limit) return null;
  if (error.code === 'maintenance') return Math.min(maintenanceStepMs * attempt, maxMaintenanceMs);
  return error.retryAfterMs ?? backoffMs({ ...policy.backoff, jitter: 1 }, attempt, random);
}

/**
 * WordPress requests ten minutes for every update, which usually takes seconds: it is checked again soon, then
 * less and less often.
 */
const maintenanceStepMs = 15_000;
const maxMaintenanceMs = 120_000;

/**
 * Parses a Retry-After header (seconds, or a date of RFC 9110), clamped to 0..300 s.
 * @returns milliseconds from `now`, or null if absent or invalid
 */
export function parseRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return clampWait(Number(text) * 1_000);
  // Dates contain a weekday; without this check Date.parse accepts nearly any number.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : clampWait(at - now);
}

function clampWait(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), maxRetryAfterMs));
}
