/**
 * How texts are compared in a search. `mantis.fold` in the database follows the same rules; a test compares
 * the two.
 */

/** Letters that normalisation leaves alone, as they are compared. */
const FOLDED_LETTERS: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};

/** Straight, curly and typewriter apostrophes; people leave them out as often as not. */
const APOSTROPHES = /['’‘ʼʹ`´]/gu;
const MARKS = /[\u0300-\u036F]/gu;

/** Without capitals, accents and apostrophes; `þ` is `th`, `æ` is `ae`. */
export function foldText(text: string): string {
  // Apostrophes go first: normalisation turns the acute accent into a space and a mark.
  const bare = text.replaceAll(APOSTROPHES, '').normalize('NFKD').replaceAll(MARKS, '');
  return Array.from(bare.toLowerCase(), (letter) => FOLDED_LETTERS[letter] ?? letter).join('');
}

/** Letters that are also written as two. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ø: 'oe',
  å: 'aa',
};

/**
 * A typed word in the folded forms that may stand in a customer, the word itself first: `mueller` is also
 * `muller`, which `Müller` folds to; `müller` is also `mueller`.
 */
export function wordVariants(word: string): string[] {
  const folded = foldText(word);
  const lower = word.normalize('NFC').toLowerCase();
  const spelledOut = Array.from(lower, (letter) => SPELLED_OUT[letter] ?? letter).join('');
  const shortened = folded.replaceAll(/([aou])e|a(?=a)/g, '$1');
  return [...new Set([folded, foldText(spelledOut), shortened])].filter((form) => form !== '');
}

/** Shorter words have too many neighbours. */
const SHORTEST_CORRECTED = 4;

/**
 * Words that a slip of the fingers may have made this one from: two neighbouring letters swapped, or one
 * letter too many. Folded, the most likely first.
 */
export function likelySpellings(word: string): string[] {
  const letters = Array.from(foldText(word));
  if (letters.length < SHORTEST_CORRECTED) return [];
  const swapped = letters.slice(1).map((letter, index) => {
    const before = letters[index] ?? '';
    return [...letters.slice(0, index), letter, before, ...letters.slice(index + 2)].join('');
  });
  const shorter = letters.map((_, index) => letters.toSpliced(index, 1).join(''));
  const typed = letters.join('');
  return [...new Set([...swapped, ...shorter])].filter((form) => form !== typed);
}
