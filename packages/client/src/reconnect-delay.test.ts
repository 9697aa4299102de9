import { expect, test } from 'vitest';
import { pause, reconnectDelay } from './reconnect-delay.ts';

test('each wait is up to twice as long as the one before, and at most ten seconds', () => {
  const shortest = [1, 2, 3, 20].map((failures) => reconnectDelay(failures, 0));
  const longest = [1, 2, 3, 20].map((failures) => reconnectDelay(failures, 1));
  expect(shortest).toEqual([125, 250, 500, 5_000]);
  expect(longest).toEqual([250, 500, 1_000, 10_000]);
});

test('an aborted pause ends immediately', async () => {
  const stop = new AbortController();
  const day = 86_400_000;
  const paused = pause(day, stop.signal);
  stop.abort();
  await expect(paused).resolves.toBeUndefined();
  await expect(pause(day, stop.signal)).resolves.toBeUndefined();
});
