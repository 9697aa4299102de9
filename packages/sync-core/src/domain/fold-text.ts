/**
 * How texts are compared in a search: the only definition, for stored texts, queries and what the
 * dashboard marks. `mantis.fold` follows it in the database for rows written without folded text, and a
 * test compares the two.
 */

/** Letters that normalisation leaves alone, as they are compared. */
const FOLDED_LETTERS: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};

/** Straight, curly and typewriter apostrophes; people leave them out as often as not. */
const APOSTROPHES = /['’‘ʼʹ`´]/gu;
const MARKS = /[\u0300-\u036F]/gu;
const SPECIAL_LETTERS = new RegExp(`[${Object.keys(FOLDED_LETTERS).join('')}]`, 'gu');
const ONLY_ASCII = /^[\0-\x7F]*$/;

/** Without capitals, accents and apostrophes; `þ` is `th`, `æ` is `ae`, `ß` is `ss`. */
export function foldText(text: string): string {
  // Apostrophes go first: normalisation turns the acute accent into a space and a mark.
  const bare = text.replaceAll(APOSTROPHES, '');
  if (ONLY_ASCII.test(bare)) return bare.toLowerCase();
  return bare
    .normalize('NFKD')
    .replaceAll(MARKS, '')
    .toLowerCase()
    .replaceAll(SPECIAL_LETTERS, (letter) => FOLDED_LETTERS[letter] ?? letter);
}

/** Letters that are also written as two. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ø: 'oe',
  å: 'aa',
};
const SPELLED_LETTERS = /[äöüøå]/gu;
const PAIRS = /[aou]e|aa/gu;

/** A word with many pairs of vowels is tried with some of them alone. */
const MOST_VARIANTS = 8;

/**
 * A typed word in the folded forms that may stand in a customer, the word itself first: `mueller` is also
 * `muller`, which `Müller` folds to; `müller` is also `mueller`. Empty where nothing of it is compared.
 */
export function wordVariants(word: string): string[] {
  const folded = foldText(word);
  const lower = word.normalize('NFC').toLowerCase();
  const spelledOut = foldText(
    lower.replaceAll(SPELLED_LETTERS, (letter) => SPELLED_OUT[letter] ?? letter),
  );
  let shortened = [''];
  let end = 0;
  for (const { 0: pair, index } of folded.matchAll(PAIRS)) {
    const between = folded.slice(end, index);
    const endings = shortened.length * 2 > MOST_VARIANTS ? [pair] : [pair, pair.slice(0, 1)];
    shortened = shortened.flatMap((start) => endings.map((each) => start + between + each));
    end = index + pair.length;
  }
  shortened = shortened.map((start) => start + folded.slice(end));
  return [...new Set([folded, spelledOut, ...shortened])].filter((form) => form !== '');
}
