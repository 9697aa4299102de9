// cspell:disable -- names in several spellings, some misspelt on purpose
import { expect, test } from 'vitest';
import { nearestWord, slipsOf } from './spelling.ts';

test.each([
  ['nurai', 'swapped letters', 'nuria'],
  ['annna', 'a letter too many', 'anna'],
  ['mullar', 'a wrong letter', 'mull\u0001r'],
  ['gracia', 'a missing letter', 'grac\u0001ia'],
  ['Þordsi', 'swapped letters, folded', 'thordis'],
])('%s may come from %s', (word, _slip, meant) => {
  expect(slipsOf(word)).toContain(meant);
  expect(slipsOf(word)).not.toContain(word);
});

test.each(['ana', 'user17', 'a@b.ch', '%%%%%'])('%s has no slips', (word) => {
  expect(slipsOf(word)).toEqual([]);
});

test.each([
  ['nurai', ['Núria García', 'Nuria Sol', 'Nuria'], 'Nuria'],
  ['sulivan', ['Anne O’Sullivan', 'Sullivan AG'], 'Sullivan'],
  ['mullre', ['Zoé Müller'], 'Müller'],
  ['thordsi', ['Þórdís Jónsdóttir'], 'Þórdís'],
  ['anna', ['Anna'], null],
  ['anna', ['Hannes', 'Joanna'], null],
])('for %s in %j, %s is suggested', (typed, texts, expected) => {
  expect(nearestWord(typed, texts)).toBe(expected);
});
