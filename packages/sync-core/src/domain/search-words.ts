/** What somebody typed into the search, as words that all have to occur in a customer. */
export interface SearchWords {
  words: string[];
  /** Where it may be the store's number of a customer. */
  wooId: number | null;
  /** `#17` asks for that number and nothing else. */
  isNumberOnly: boolean;
}

const MOST_WORDS = 8;
const telephone = /^\+?[\d\s()./-]+$/;
const fewestDigits = 6;

/**
 * Splits at spaces. A telephone number is one word whatever stands between its digits, and without zeros
 * in front, which are left out behind a country's code. Words without a letter or digit say nothing.
 */
export function searchWords(q: string): SearchWords {
  const text = q.trim();
  const number = /^#?(\d{1,15})$/.exec(text)?.[1];
  const wooId = number === undefined || Number(number) === 0 ? null : Number(number);
  const isNumberOnly = text.startsWith('#') && wooId !== null;
  return { words: isNumberOnly ? [] : wordsOf(text), wooId, isNumberOnly };
}

function wordsOf(text: string): string[] {
  const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '');
  if (telephone.test(text) && digits.length >= fewestDigits) return [digits];
  return text
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, MOST_WORDS);
}
