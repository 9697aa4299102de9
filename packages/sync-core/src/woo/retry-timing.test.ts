import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseRetryAfter, retryDelayMs } from './retry-timing.ts';
import { WooError, wooErrors, type WooErrorCode } from './woo-error.ts';

const now = Date.UTC(2026, 10, 24, 3, 0, 0);
const policy = { limit: 3, backoff: { firstMs: 1_000, longestMs: 10_000 } };
const random = () => 0.5;

function delay(
  error: unknown,
  attempt = 1,
  rest: Partial<Parameters<typeof retryDelayMs>[0]> = {},
) {
  return retryDelayMs({ error, attempt, random, policy, ...rest });
}

describe('parseRetryAfter', () => {
  it.each([
    ['2', 2_000],
    ['0', 0],
    ['-1', 0],
    ['1.5', 1_500],
    ['1000000000', 300_000],
    [' 7 ', 7_000],
    ['Tue, 24 Nov 2026 03:00:05 GMT', 5_000],
    ['Tue, 24 Nov 2026 02:00:00 GMT', 0],
    ['Wed, 25 Nov 2026 03:00:00 GMT', 300_000],
    ['soon', null],
    ['Tue, nonsense', null],
    ['', null],
    [null, null],
  ])('reads %j as %j ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it('is null or within 0 to 300 s for any header', () => {
    const headers = fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String));
    fc.assert(
      fc.property(headers, (header) => {
        const ms = parseRetryAfter(header, now);
        expect(ms === null || (ms >= 0 && ms <= 300_000)).toBe(true);
      }),
    );
  });
});

describe('retryDelayMs', () => {
  it('prefers the store’s Retry-After to its own backoff', () => {
    expect(delay(new WooError('rate_limited', { retryAfterMs: 7_000 }))).toBe(7_000);
    expect(delay(new WooError('store_unavailable', { retryAfterMs: 0 }))).toBe(0);
  });

  it('retries a store in maintenance soon, whatever Retry-After says (R14)', () => {
    const error = new WooError('maintenance', { retryAfterMs: 300_000 });
    const wide = { ...policy, limit: 10 };
    const delays = [1, 2, 3, 9].map((attempt) => delay(error, attempt, { policy: wide }));
    expect(delays).toEqual([15_000, 30_000, 45_000, 120_000]);
  });

  it('doubles the bound of the jitter with each attempt, up to the cap', () => {
    const error = new WooError('store_error');
    const wide = { ...policy, limit: 10 };
    const delays = [1, 2, 3, 4, 5].map((attempt) => delay(error, attempt, { policy: wide }));
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 5_000]);
  });

  it('gives up after the limit', () => {
    const error = new WooError('store_error');
    expect(delay(error, 3)).not.toBeNull();
    expect(delay(error, 4)).toBeNull();
  });

  it('does not retry unknown errors', () => {
    expect(delay(new Error('boom'))).toBeNull();
    expect(delay('boom')).toBeNull();
  });

  it.each(Object.keys(wooErrors) as WooErrorCode[])(
    'retries %s exactly if the store is struggling',
    (code) => {
      const error = new WooError(code, { retryAfterMs: 1 });
      expect(delay(error) !== null).toBe(wooErrors[code].kind === 'struggling');
    },
  );

  it('stays within its bounds', () => {
    const codes = fc.constantFrom(...(Object.keys(wooErrors) as WooErrorCode[]));
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(codes, fc.integer({ min: 1, max: 60 }), chance, (code, attempt, chosen) => {
        const ms = retryDelayMs({
          error: new WooError(code),
          attempt,
          random: () => chosen,
          policy: { limit: 60, backoff: { firstMs: 1_000, longestMs: 60_000 } },
        });
        expect(ms === null || (ms >= 0 && ms <= 120_000)).toBe(true);
      }),
    );
  });
});
