import { foldText } from '@mantis-sync/sync-core/fold-text';
import { alternativesOf } from '@mantis-sync/sync-core/search-words';

/** A part of a text, and whether it matches. */
export interface Piece {
  /** Its index. */
  at: number;
  text: string;
  isMatch: boolean;
}

/** Normalised letters, each with its index in the text. */
interface Folded {
  text: string;
  starts: number[];
  ends: number[];
}

/** Shorter words match only at the beginning of a word. */
const anywhereFrom = 3;
const punctuation = /^[!-/:-@[-`{-~]/;

/**
 * Finds words in a text by the rules of the search, in each form of a word: ignores case, accents and
 * apostrophes, and separators in telephone numbers.
 */
export function highlight(text: string, words: readonly string[]): Piece[] {
  const isMarked = Array.from({ length: text.length }, () => false);
  const forms = words.flatMap(alternativesOf);
  for (const folded of [fold(text, foldText), fold(text, digit)]) {
    for (const form of forms) {
      for (const at of findAll(folded.text, form)) {
        isMarked.fill(true, folded.starts[at.start], folded.ends[at.end - 1]);
      }
    }
  }
  return piecesOf(text, isMarked);
}

/** Whether any of the words occurs in the text. */
export function hasMatch(text: string, words: readonly string[]): boolean {
  return highlight(text, words).some(({ isMatch }) => isMatch);
}

function fold(text: string, map: (letter: string) => string): Folded {
  const folded: Folded = { text: '', starts: [], ends: [] };
  let at = 0;
  for (const letter of text) {
    const end = at + letter.length;
    const became = map(letter);
    // A combining accent belongs to the letter before it.
    if (became === '' && /\p{M}/u.test(letter) && folded.ends.length > 0)
      folded.ends[folded.ends.length - 1] = end;
    for (let index = 0; index < became.length; index += 1) {
      folded.starts.push(at);
      folded.ends.push(end);
    }
    folded.text += became;
    at = end;
  }
  return folded;
}

function digit(letter: string): string {
  return /^\d$/.test(letter) ? letter : '';
}

function findAll(text: string, word: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  if (word === '') return found;
  for (let start = text.indexOf(word); start !== -1; start = text.indexOf(word, start + 1)) {
    const isBeginning = start === 0 || text[start - 1] === ' ' || punctuation.test(word);
    if (word.length >= anywhereFrom || isBeginning) found.push({ start, end: start + word.length });
  }
  return found;
}

function piecesOf(text: string, isMarked: readonly boolean[]): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    const isMatch = isMarked[start] === true;
    for (end = start; end < text.length && isMarked[end] === isMatch;) end += 1;
    pieces.push({ at: start, text: text.slice(start, end), isMatch });
  }
  return pieces;
}
