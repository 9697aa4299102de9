import { describe, expect, it } from 'vitest';
import { prefetchAfter, pauseBeforeNextBatch } from './pacing.ts';

describe('pauseBeforeNextBatch', () => {
  const auto = { pace: 'auto', batchDelayMs: 2_000 } as const;
  const gentle = { pace: 'gentle', batchDelayMs: 2_000 } as const;

  it('does not pause while nothing strains', () => {
    expect(pauseBeforeNextBatch(auto, 0)).toBe(0);
  });

  it('always pauses when gentle', () => {
    expect(pauseBeforeNextBatch(gentle, 0)).toBe(2_000);
  });

  it('doubles while the strain lasts, to 30 s', () => {
    expect([1, 2, 3, 4, 5, 6, 100].map((strained) => pauseBeforeNextBatch(auto, strained))).toEqual(
      [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
    );
    expect(pauseBeforeNextBatch(gentle, 2)).toBe(4_000);
  });

  it('keeps a pause that is set longer than 30 s', () => {
    expect(pauseBeforeNextBatch({ pace: 'auto', batchDelayMs: 60_000 }, 3)).toBe(60_000);
  });

  it('never pauses if the pause is 0', () => {
    expect(pauseBeforeNextBatch({ pace: 'auto', batchDelayMs: 0 }, 7)).toBe(0);
  });
});

describe('prefetchAfter', () => {
  it('adds one after every fifth good page, up to the setting', () => {
    expect([1, 4, 5, 6, 9, 10].map((good) => prefetchAfter(2, 4, good))).toEqual([
      2, 2, 3, 2, 2, 3,
    ]);
    expect(prefetchAfter(4, 4, 5)).toBe(4);
  });

  it('falls to one after a failure', () => {
    expect(prefetchAfter(4, 4, 0)).toBe(1);
  });

  it('falls to a lowered setting', () => {
    expect(prefetchAfter(6, 3, 1)).toBe(3);
  });
});
