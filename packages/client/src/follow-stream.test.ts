import { expect, test } from 'vitest';
import { reconnectDelay } from './follow-stream.ts';

test('each delay is up to twice as long as the one before, and at most five seconds', () => {
  const shortest = [1, 2, 3, 20].map((failures) => reconnectDelay(failures, 0));
  const longest = [1, 2, 3, 20].map((failures) => reconnectDelay(failures, 1));
  expect(shortest).toEqual([125, 250, 500, 2_500]);
  expect(longest).toEqual([250, 500, 1_000, 5_000]);
});
