import { describe, expect, it } from 'vitest';
import { anEntry } from '../../test/run-fixture.ts';
import { addEntries, keepNewerEntries, type ActivityData } from './merge-activity.ts';

const log = (...pages: number[][]): ActivityData => ({
  pages: pages.map((seqs) => ({ items: seqs.map(anEntry) })),
  pageParams: pages.map((_, index) => (index === 0 ? null : index)),
});
const seqsOf = (data: ActivityData) => data.pages.map((page) => page.items.map(({ seq }) => seq));

describe('addEntries', () => {
  it('puts what comes on top, newest first', () => {
    expect(seqsOf(addEntries(log([3, 2, 1]), [anEntry(4), anEntry(5)]))).toEqual([[5, 4, 3, 2, 1]]);
  });

  it('begins a log', () => {
    expect(seqsOf(addEntries(undefined, [anEntry(7), anEntry(8)]))).toEqual([[8, 7]]);
  });

  it('passes over what is known, so that a stream that begins anew repeats nothing', () => {
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

  it('never hides a gap: only what came is kept', () => {
    expect(seqsOf(addEntries(log([3, 2, 1]), [anEntry(9), anEntry(10)]))).toEqual([[10, 9]]);
  });

  it('keeps no more than 500 entries of a log that nobody scrolled back in', () => {
    const full = log(Array.from({ length: 500 }, (_, index) => 500 - index));
    const [seqs] = seqsOf(addEntries(full, [anEntry(501)]));
    expect(seqs).toHaveLength(500);
    expect(seqs?.at(0)).toBe(501);
    expect(seqs?.at(-1)).toBe(2);
  });
});

describe('keepNewerEntries', () => {
  it('keeps what the stream brought while an answer was under way', () => {
    expect(seqsOf(keepNewerEntries(log([5, 4, 3]), log([4, 3, 2, 1])))).toEqual([[5, 4, 3, 2, 1]]);
  });

  it('takes an answer that knows as much as it is', () => {
    const next = log([3, 2, 1]);
    expect(keepNewerEntries(log([3]), next)).toBe(next);
    expect(keepNewerEntries(undefined, next)).toBe(next);
  });
});
