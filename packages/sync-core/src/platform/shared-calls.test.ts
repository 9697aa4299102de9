import { expect, test } from 'vitest';
import { createSharedCalls } from './shared-calls.ts';

test('callers share one read, and none gets a result that began before its call', async () => {
  const share = createSharedCalls({ gapMs: 0 });
  const began = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let reads = 0;
  const read = async () => {
    const number = (reads += 1);
    if (number > 1) return number;
    began.resolve();
    await gate.promise;
    return number;
  };
  const first = Array.from({ length: 100 }, () => share('a', read));
  await began.promise;
  const later = Array.from({ length: 100 }, () => share('a', read));
  gate.resolve();
  expect(new Set(await Promise.all(first))).toEqual(new Set([1]));
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
  expect(await share('b', read)).toBe(3);
});

test('a key is read at most once per interval, however many callers there are', async () => {
  const share = createSharedCalls({ gapMs: 3_600_000 });
  let reads = 0;
  const read = async () => (reads += 1);
  expect(await share('a', read)).toBe(1);
  const waiting = Array.from({ length: 10 }, () => share('a', read));
  expect(new Set(waiting).size).toBe(1);
  expect(await share('b', read)).toBe(2);
});

test('a failed read is not cached', async () => {
  const share = createSharedCalls({ gapMs: 0 });
  await expect(share('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await share('a', async () => 'back')).toBe('back');
});
