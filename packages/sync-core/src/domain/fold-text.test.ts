import { expect, test } from 'vitest';
import { foldText, likelySpellings, wordVariants } from './fold-text.ts';

test.each([
  ['O’Sullivan', 'osullivan'],
  ["O'Sullivan", 'osullivan'],
  ['O´Sullivan', 'osullivan'],
  ['Þórdís', 'thordis'],
  ['Müller', 'muller'],
  ['STRAßE', 'strasse'],
  ['Ægir Œuvre', 'aegir oeuvre'],
  ['Łukasz Đorđe Søren', 'lukasz dorde soren'],
  ['100%_sure', '100%_sure'],
])('%s is compared as %s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});

test.each([
  ['mueller', ['mueller', 'muller']],
  ['müller', ['muller', 'mueller']],
  ['Søren', ['soren', 'soeren']],
  ['aarhus', ['aarhus', 'arhus']],
  ['Århus', ['arhus', 'aarhus']],
  ['anna', ['anna']],
  ["'", []],
])('%s may stand in a customer as %j', (word, variants) => {
  expect(wordVariants(word)).toEqual(variants);
});

test('a swapped or doubled letter is undone', () => {
  expect(likelySpellings('nurai')).toContain('nuria');
  expect(likelySpellings('annna')).toContain('anna');
  expect(likelySpellings('Þordsi')).toContain('thordis');
});

test('the word itself is no correction, and short words have none', () => {
  expect(likelySpellings('anna')).not.toContain('anna');
  expect(likelySpellings('ana')).toEqual([]);
});
