import { describe, expect, test } from 'vitest';
import { beginWindow, deltaBudget, tripsBreaker, windowEnd, windowsNow } from './delta.ts';

describe('a slice', () => {
  test('is a share of the list, at least one page', () => {
    expect(windowEnd(0, 20_000, 96, 100)).toBe(209);
    expect(windowEnd(418, 20_000, 96, 100)).toBe(627);
    expect(windowEnd(10, 50, 96, 100)).toBe(109);
  });

  test.each([0, 1, 99, 100, 797, 20_000, 1_000_000])(
    'of %i customers: so many cover all',
    (customers) => {
      let offset = 0;
      for (let window = 0; window < 96; window++) offset = windowEnd(offset, customers, 96, 100);
      expect(offset).toBeGreaterThanOrEqual(customers);
    },
  );

  test('resumes as part of an anchored walk', () => {
    expect(beginWindow({ lastId: 77, offset: 40 }, 50)).toMatchObject({
      lastId: 77,
      offset: 40,
      pageSize: 50,
      unanchored: false,
      pass: 1,
    });
  });

  test('has a budget of its own', () => {
    expect(deltaBudget(209, 100)).toBe(59);
  });
});

describe('the breaker', () => {
  test.each([
    [0, 0, false],
    [20, 20, false],
    [21, 21, true],
    [21, 420, false],
    [22, 420, true],
    [5_000, 100_000, false],
    [5_001, 100_000, true],
  ])('%i of %i: %s', (candidates, customers, trips) => {
    expect(tripsBreaker(candidates, customers)).toBe(trips);
  });
});

test('a store with an open gap is verified eight times as fast', () => {
  expect(windowsNow(96, false)).toBe(96);
  expect(windowsNow(96, true)).toBe(12);
  expect(windowsNow(1, true)).toBe(1);
});
