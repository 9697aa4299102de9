import { expect, test } from 'vitest';
import { createSharedReads } from './shared-reads.ts';

test('concurrent callers cost two reads, and none gets a result that began before its call', async () => {
  const share = createSharedReads();
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let reads = 0;
  const read = async () => {
    const number = (reads += 1);
    await gates[number - 1]?.promise;
    return number;
  };
  const first = share('a', read);
  const others = Array.from({ length: 100 }, () => share('a', read));
  gates[0]?.resolve();
  expect(await first).toBe(1);
  const later = share('a', read);
  gates[1]?.resolve();
  expect(new Set(await Promise.all(others))).toEqual(new Set([2]));
  expect(await later).toBe(3);
  expect(await share('b', read)).toBe(4);
});

test('a read that failed is not kept', async () => {
  const share = createSharedReads();
  const failed = share('a', () => Promise.reject(new Error('away')));
  const next = share('a', async () => 'back');
  await expect(failed).rejects.toThrow('away');
  expect(await next).toBe('back');
  expect(await share('a', async () => 'again')).toBe('again');
});
