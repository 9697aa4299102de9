import { describe, expect, test } from 'vitest';
import { beginSlice, deltaBudget, sliceEnd, tripsBreaker } from './delta.ts';

describe('a slice', () => {
  test('is a share of the list, and a page at least', () => {
    expect(sliceEnd(0, 20_000, 96, 100)).toBe(209);
    expect(sliceEnd(418, 20_000, 96, 100)).toBe(627);
    expect(sliceEnd(10, 50, 96, 100)).toBe(109);
  });

  test.each([0, 1, 99, 100, 797, 20_000, 1_000_000])(
    'of %i customers: so many cover all',
    (customers) => {
      let rank = 0;
      for (let slice = 0; slice < 96; slice++) rank = sliceEnd(rank, customers, 96, 100);
      expect(rank).toBeGreaterThanOrEqual(customers);
    },
  );

  test('goes on as a part of an anchored walk', () => {
    expect(beginSlice({ lastId: 77, rank: 40 }, 50)).toMatchObject({
      lastId: 77,
      rank: 40,
      pageSize: 50,
      blind: false,
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
