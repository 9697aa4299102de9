import { describe, expect, it } from 'vitest';
import { decideRetry } from './retry-policy.ts';

const policy = { maxRetries: 3, retryBaseMs: 1_000 };

describe('decideRetry', () => {
  it('waits 1 s, 2 s, 4 s, then gives up', () => {
    const results = [1, 2, 3, 4].map((attempts) => decideRetry(attempts, true, policy));
    expect(results).toEqual([
      { state: 'draft', delayMs: 1_000 },
      { state: 'draft', delayMs: 2_000 },
      { state: 'draft', delayMs: 4_000 },
      { state: 'failed', delayMs: null },
    ]);
  });

  it('fails immediately if no retry can help', () => {
    expect(decideRetry(1, false, policy)).toEqual({ state: 'failed', delayMs: null });
  });

  it('gives up on the first failure where no retries are set', () => {
    expect(decideRetry(1, true, { ...policy, maxRetries: 0 }).state).toBe('failed');
  });

  it('does not retry after more attempts than allowed', () => {
    expect(decideRetry(9, true, policy).state).toBe('failed');
  });
});
