import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recommendPace } from './recommend-pace.ts';

it('leaves a fast store unchanged', () => {
  expect(recommendPace(400, 100, 20_000)).toEqual({
    pageMs: 400,
    rows: 100,
    pageSize: 100,
    pagesAhead: 2,
    walkMs: 201 * 200,
  });
});

it('requests smaller pages from a slow store, one at a time', () => {
  expect(recommendPace(20_000, 100, 797)).toEqual({
    pageMs: 20_000,
    rows: 100,
    pageSize: 25,
    pagesAhead: 1,
    walkMs: 33 * 5_000,
  });
});

it('omits the total duration if the size is unknown, and handles an empty store', () => {
  expect(recommendPace(400, 100, null).walkMs).toBeNull();
  expect(recommendPace(80, 0, 0)).toMatchObject({ pageSize: 100, walkMs: 40 });
});

it('recommends only values that a run accepts', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 60_000, noNaN: true }),
      fc.integer({ min: 0, max: 100 }),
      fc.option(fc.integer({ min: 0, max: 1_000_000 })),
      (pageMs, rows, total) => {
        const pace = recommendPace(pageMs, rows, total);
        expect(pace.pageSize).toBeGreaterThanOrEqual(10);
        expect(pace.pageSize).toBeLessThanOrEqual(100);
        expect([1, 2]).toContain(pace.pagesAhead);
        if (pace.walkMs !== null) expect(pace.walkMs).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});
