import { describe, expect, it } from 'vitest';
import { anEntry } from '../../test/run-fixture.ts';
import {
  addEntries,
  addToView,
  hasGap,
  keepNewerEntries,
  type ActivityData,
} from './merge-activity.ts';

const log = (...pages: number[][]): ActivityData => ({
  pages: pages.map((seqs) => ({ items: seqs.map(anEntry) })),
  pageParams: pages.map((_, index) => (index === 0 ? null : index)),
});
const seqsOf = (data: ActivityData) => data.pages.map((page) => page.items.map(({ seq }) => seq));

describe('addEntries', () => {
  it('puts new entries on top, newest first', () => {
    expect(seqsOf(addEntries(log([3, 2, 1]), [anEntry(4), anEntry(5)]))).toEqual([[5, 4, 3, 2, 1]]);
  });

  it('starts a log', () => {
    expect(seqsOf(addEntries(undefined, [anEntry(7), anEntry(8)]))).toEqual([[8, 7]]);
  });

  it('skips known entries, so that a restarted stream repeats nothing', () => {
    expect(seqsOf(addEntries(log([3, 2, 1]), [anEntry(2), anEntry(3), anEntry(4)]))).toEqual([
      [4, 3, 2, 1],
    ]);
    const known = log([3, 2, 1]);
    expect(addEntries(known, [anEntry(3)])).toBe(known);
  });

  it('keeps the older pages', () => {
    expect(seqsOf(addEntries(log([4, 3], [2, 1]), [anEntry(5)]))).toEqual([
      [5, 4, 3],
      [2, 1],
    ]);
  });

  it('never hides a gap: only the new entries are kept', () => {
    expect(seqsOf(addEntries(log([3, 2, 1]), [anEntry(9), anEntry(10)]))).toEqual([[10, 9]]);
  });

  it('keeps at most 50 entries of a log that was not scrolled back', () => {
    const full = log(Array.from({ length: 50 }, (_, index) => 50 - index));
    const [seqs] = seqsOf(addEntries(full, [anEntry(51)]));
    expect(seqs).toHaveLength(50);
    expect(seqs?.at(0)).toBe(51);
    expect(seqs?.at(-1)).toBe(2);
  });
});

describe('keepNewerEntries', () => {
  it('keeps what the stream sent during a request', () => {
    expect(seqsOf(keepNewerEntries(log([5, 4, 3]), log([4, 3, 2, 1])))).toEqual([[5, 4, 3, 2, 1]]);
  });

  it('takes an answer that knows as much as it is', () => {
    const next = log([3, 2, 1]);
    expect(keepNewerEntries(log([3]), next)).toBe(next);
    expect(keepNewerEntries(undefined, next)).toBe(next);
  });
});

describe('a part of a log', () => {
  const bad = (seq: number) => ({ ...anEntry(seq), level: 'error' as const });

  it('gets its own entries once, despite others in between', () => {
    const incoming = [bad(5), anEntry(6), bad(7)];
    const view = { levels: ['error'] as const };
    const once = addToView(log([3], [1]), incoming, view) as ActivityData;
    expect(seqsOf(once)).toEqual([[7, 5, 3], [1]]);
    expect(addToView(once, incoming, view)).toBe(once);
    expect(seqsOf(addToView(log([3]), incoming, { text: 'ENTRY 6' }) as ActivityData)).toEqual([
      [6, 3],
    ]);
  });

  it('is fetched again if the stream has a gap', () => {
    expect(hasGap(log([3, 2]), [anEntry(5)])).toBe(true);
    expect(hasGap(log([3, 2]), [anEntry(4)])).toBe(false);
    expect(hasGap(undefined, [anEntry(5)])).toBe(false);
  });
});
