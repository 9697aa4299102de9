/** A number in [0, 1) that depends only on its arguments (a small integer hash, not for secrets). */
export function hashFraction(seed: number, a: number, b = 0): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(a + 0x7f4a7c15, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15) ^ Math.imul(b + 0x165667b1, 0x27d4eb2f), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000;
}

/** A generator of numbers in [0, 1) that repeats for the same seed. */
export function createRandom(seed: number): () => number {
  let count = 0;
  return () => hashFraction(seed, count++, 77);
}

/** A shuffled copy, from the given generator. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, luck: random() }))
    .toSorted((a, b) => a.luck - b.luck)
    .map(({ item }) => item);
}
