import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('pauses double up to the limit', () => {
  const pauses = [1, 2, 3, 20, 5_000].map((n) => backoffMs({ firstMs: 250, longestMs: 10_000 }, n));
  expect(pauses).toEqual([250, 500, 1_000, 10_000, 10_000]);
});

test.each([
  [0, 250, 250],
  [0.5, 125, 250],
  [1, 0, 250],
])('with jitter %d a pause is between %d and %d ms', (jitter, shortest, longest) => {
  expect(backoffMs({ firstMs: 250, jitter }, 1, () => 0)).toBe(shortest);
  expect(backoffMs({ firstMs: 250, jitter }, 1, () => 1)).toBe(longest);
});

test('no pause stays no pause after any number of failures', () => {
  expect(backoffMs({ firstMs: 0 }, 2_000)).toBe(0);
});
