import { expect, test } from 'vitest';
import { createFairShare } from './fair-share.ts';

/** Work that ends on demand, and a record of what has started. */
function createWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    work: (name: string) => () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    },
    async end(name: string) {
      ends.get(name)?.();
      await resolved();
    },
  };
}

/** Until promises that can resolve have resolved. */
const resolved = () => new Promise((resolve) => setImmediate(resolve));

test('no more work runs concurrently than there are places', async () => {
  const { begun, work, end } = createWork();
  const share = createFairShare({ places: 2 });
  for (const name of ['a1', 'a2', 'a3']) void share.run('a', work(name));
  await resolved();
  expect(begun).toEqual(['a1', 'a2']);
  expect(share.load()).toEqual({ taken: 2, waiting: 1 });
  await end('a1');
  expect(begun).toEqual(['a1', 'a2', 'a3']);
});

test('owners take turns: who came later does not wait behind all of an earlier one', async () => {
  const { begun, work, end } = createWork();
  const share = createFairShare({ places: 1 });
  for (const name of ['a1', 'a2', 'a3']) void share.run('a', work(name));
  for (const name of ['b1', 'b2']) void share.run('b', work(name));
  await resolved();
  for (const name of ['a1', 'b1', 'a2', 'b2']) await end(name);
  expect(begun).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

test('owners that return repeatedly do not delay one that waits', async () => {
  const { begun, work, end } = createWork();
  const share = createFairShare({ places: 1 });
  for (const name of ['a1', 'a2']) void share.run('a', work(name));
  void share.run('b', work('b1'));
  await resolved();
  await end('a1');
  // From here on, one of two owners arrives while the other one works.
  for (const [arriving, ending] of [
    ['c1', 'b1'],
    ['b2', 'c1'],
    ['c2', 'b2'],
  ] as const) {
    void share.run(arriving.charAt(0), work(arriving));
    await end(ending);
  }
  expect(begun.slice(0, 3)).toEqual(['a1', 'b1', 'a2']);
});

test('an owner with endless work leaves places for others (P1)', async () => {
  const { begun, work } = createWork();
  const share = createFairShare({ places: 8, reservesPlaces: true });
  for (let n = 1; n <= 100; n += 1) void share.run('slow', work(`slow${n}`));
  await resolved();
  expect(begun).toHaveLength(4);
  expect(share.fullOwners()).toEqual(['slow']);
  void share.run('other', work('other'));
  await resolved();
  expect(begun.at(-1)).toBe('other');
});

test('a single owner makes use of what is left once others are gone', async () => {
  const { begun, work, end } = createWork();
  const share = createFairShare({ places: 6, reservesPlaces: true });
  void share.run('other', work('other'));
  for (const name of ['a1', 'a2', 'a3', 'a4']) void share.run('a', work(name));
  await resolved();
  expect(begun).toEqual(['other', 'a1', 'a2']);
  await end('other');
  expect(begun).toEqual(['other', 'a1', 'a2', 'a3']);
});

test('failed work releases its place and rejects with its error', async () => {
  const share = createFairShare({ places: 1 });
  const failed = share.run('a', () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  await expect(share.run('b', () => Promise.resolve('next'))).resolves.toBe('next');
  expect(share.load()).toEqual({ taken: 0, waiting: 0 });
});

test('a place is released once, even if requested repeatedly', async () => {
  const share = createFairShare({ places: 2 });
  const release = await share.take('a');
  await share.take('a');
  release();
  release();
  expect(share.load()).toEqual({ taken: 1, waiting: 0 });
});
