import { expect, test } from 'vitest';
import { searchWords } from './search-words.ts';

test.each([
  ['', [], null],
  ['  Müller   anna ', ['Müller', 'anna'], null],
  ['100%_\\', ['100%_\\'], null],
  ['-- @ anna@x.ch', ['anna@x.ch'], null],
  ['+41 79 123 45 67', ['41791234567'], null],
  ['079 123 45 67', ['791234567'], null],
  ['4711', ['4711'], 4711],
  ['0', ['0'], null],
  ['1 2 3 4 5 6 7 8 9 a', ['1', '2', '3', '4', '5', '6', '7', '8'], null],
])('%j is looked for as %j, number %j', (q, words, wooId) => {
  expect(searchWords(q)).toEqual({ words, wooId, isNumberOnly: false });
});

test('a number with # in front is that customer alone', () => {
  expect(searchWords('#4711')).toEqual({ words: [], wooId: 4711, isNumberOnly: true });
  expect(searchWords('#')).toEqual({ words: [], wooId: null, isNumberOnly: false });
});
