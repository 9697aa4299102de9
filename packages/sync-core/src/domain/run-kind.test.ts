import { describe, expect, test } from 'vitest';
import {
  changeSource,
  DISCOVERY_STEPS,
  type DiscoveryStep,
  firstStep,
  RUN_KINDS,
  stepAfter,
} from './run-kind.ts';

describe.each(RUN_KINDS)('a %s run', (kind) => {
  test('takes each step of its plan once, and ends', () => {
    const steps: DiscoveryStep[] = [];
    for (let step: DiscoveryStep | null = firstStep(kind); step; step = stepAfter(kind, step))
      steps.push(step);
    expect(new Set(steps).size).toBe(steps.length);
    expect(DISCOVERY_STEPS).toEqual(expect.arrayContaining(steps));
    expect(steps.at(-1)).toBe(kind === 'webhook' ? 'deliveries' : 'walk');
  });
});

test('a change in a later round has the source retry', () => {
  expect(changeSource('full', 1)).toBe('walk');
  expect(changeSource('delta', 1)).toBe('delta');
  expect(changeSource('webhook', 2)).toBe('retry');
});
