/** A search query as words that must all occur in a customer. */
export interface SearchWords {
  words: string[];
  /** Set if the query may be a customer id. */
  wooId: number | null;
  /** `#17` searches for that id only. */
  isNumberOnly: boolean;
}

const MOST_WORDS = 8;
const telephone = /^\+?[\d\s()./-]+$/;
const fewestDigits = 6;

/**
 * Splits at spaces. A telephone number is one word, without separators and leading zeros (a country code
 * replaces them). Words without a letter or digit are ignored.
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
