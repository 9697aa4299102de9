import { expect, test } from 'vitest';
import { createPhpWorkers } from '../src/php-workers.ts';

test('with two PHP workers a third request waits until one ends', async () => {
  const latency = { bootMs: 0, perCustomerMs: 0, workers: 2 };
  const workers = createPhpWorkers(latency, new AbortController().signal);
  const begun: string[] = [];
  const begin = async (name: string): Promise<void> => {
    await workers.take();
    begun.push(name);
  };
  const all = Promise.all(['a', 'b', 'c', 'd'].map(begin));
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b']);
  workers.give();
  workers.give();
  await all;
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('a closed store lets no request wait', async () => {
  const latency = { bootMs: 3_600_000, perCustomerMs: 0 };
  const workers = createPhpWorkers(latency, AbortSignal.abort());
  await expect(workers.spend(100)).resolves.toBeUndefined();
});
