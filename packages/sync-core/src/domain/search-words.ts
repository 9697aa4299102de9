import { wordVariants } from './fold-text.ts';

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
 * replaces them). Words without a letter or digit are ignored if there are others; alone they are searched for
 * literally.
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
  const isTelephone = text.startsWith('+') ? digits !== '' : digits.length >= fewestDigits;
  if (isTelephone && telephone.test(text)) return [digits];
  const words = text.split(/\s+/).filter((word) => word !== '' && word !== '#');
  const telling = words.filter((word) => /[\p{L}\p{N}]/u.test(word));
  return (telling.length > 0 ? telling : words).slice(0, MOST_WORDS);
}

/**
 * The forms of a word, one of which must occur in a customer's search text. That text holds telephone
 * numbers as digits only. Empty for a word of which nothing is compared, such as an apostrophe.
 */
export function alternativesOf(word: string): string[] {
  const digits = telephone.test(word) ? word.replaceAll(/\D/g, '') : '';
  return [...new Set([...wordVariants(word), ...(digits === '' ? [] : [digits])])];
}
