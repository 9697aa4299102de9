import { expect, test } from 'vitest';
import { alternativesOf, searchWords } from './search-words.ts';

test.each([
  ['', [], null],
  ['  Müller   anna ', ['Müller', 'anna'], null],
  ['100%_\\', ['100%_\\'], null],
  ['-- @ anna@x.ch', ['anna@x.ch'], null],
  ['%', ['%'], null],
  ['_ %', ['_', '%'], null],
  ['+41 79 123 45 67', ['41791234567'], null],
  ['079 123 45 67', ['791234567'], null],
  ['+41 79', ['4179'], null],
  ['079 12', ['079', '12'], null],
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

test.each([
  ['Müller', ['muller', 'mueller']],
  ['+41', ['+41', '41']],
  ['50/50', ['50/50', '5050']],
  ['1234', ['1234']],
  ['’', []],
])('%s occurs as one of %j', (word, alternatives) => {
  expect(alternativesOf(word)).toEqual(alternatives);
});
