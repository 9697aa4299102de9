import { foldText } from './fold-text.ts';

/** Matches any one character in a spelling passed to `mantis.find_customers`. */
const ANY = '\u0001';
/** Shorter words have too many neighbours. */
const SHORTEST = 4;

/**
 * The forms in which a word may have been meant, if its writer made one slip: two neighbouring letters
 * swapped, one letter wrong, one missing, or one too many. Empty for short words and for texts that are not words.
 */
export function slipsOf(word: string): string[] {
  const letters = Array.from(foldText(word));
  if (letters.length < SHORTEST || !/^\p{L}+$/u.test(letters.join(''))) return [];
  const withPart = (index: number, removed: number, ...put: string[]) =>
    letters.toSpliced(index, removed, ...put).join('');
  const at = [...letters.keys()];
  const within = at.slice(1);
  const slips = new Set([
    ...within.map((index) =>
      withPart(index - 1, 2, letters[index] ?? '', letters[index - 1] ?? ''),
    ),
    ...at.map((index) => withPart(index, 1)),
    ...at.map((index) => withPart(index, 1, ANY)),
    ...within.map((index) => withPart(index, 0, ANY)),
  ]);
  slips.delete(letters.join(''));
  return [...slips];
}

/** The word of these texts, as it is written there, that is one slip away; of several the most frequent. */
export function nearestWord(typed: string, texts: readonly string[]): string | null {
  const folded = foldText(typed);
  const counts = new Map<string, number>();
  for (const word of texts.flatMap((text) => text.split(/[^\p{L}\p{M}'’]+/u)))
    if (isOneSlip(folded, foldText(word))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [nearest] = [...counts].toSorted(([, a], [, b]) => b - a);
  return nearest?.[0] ?? null;
}

function isOneSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [ours, theirs] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const isSwap = ours.length === 2 && ours[0] === theirs[1] && ours[1] === theirs[0];
  return a !== b && (Math.max(ours.length, theirs.length) === 1 || (isSwap && theirs.length === 2));
}
