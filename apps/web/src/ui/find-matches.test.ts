import { expect, test } from 'vitest';
import { highlight } from './find-matches.ts';

/** The text with what is marked in brackets. */
const marked = (text: string, ...words: string[]) =>
  highlight(text, words)
    .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
    .join('');

test.each([
  ['Zoé Müller', ['MULLER'], 'Zoé [Müller]'],
  ['Zoé Müller', ['ulle', 'zo'], '[Zo]é M[ülle]r'],
  ['Søren Weiß', ['soren', 'weiss'], '[Søren] [Weiß]'],
  ['Weiß', ['eis'], 'W[eiß]'],
  // An accent of its own.
  ['Zoe\u0301 x', ['zoe'], '[Zoe\u0301] x'],
  ['Siobhán O’Sullivan', ['osullivan'], 'Siobhán [O’Sullivan]'],
  ["O'Brien", ['o’brien'], "[O'Brien]"],
  ['Þórdís', ['thordis'], '[Þórdís]'],
  ['Zoé Müller', ['mueller'], 'Zoé [Müller]'],
  ['Zoe Mueller', ['müller'], 'Zoe [Mueller]'],
  ['100 % Bio_Hof', ['%', '_'], '100 [%] Bio[_]Hof'],
  ['+41 79 123', ['4179'], '+[41 79] 123'],
  ['anna.ohara@x.test', ['ohara@x'], 'anna.[ohara@x].test'],
  // Up to two letters at the beginning of a word alone.
  ['Weiß Emil', ['ei'], 'Weiß Emil'],
  ['Emil Weiß', ['we'], 'Emil [We]iß'],
  ['+41 79 123 45 67', ['791234567'], '+41 [79 123 45 67]'],
  ['aaaa', ['aaa'], '[aaaa]'],
  ['50%_off', ['0%_o'], '5[0%_o]ff'],
  ['Grüße 😀 Zoé', ['zoe'], 'Grüße 😀 [Zoé]'],
  ['Zoé', [], 'Zoé'],
  ['', ['a'], ''],
])('%s, looked for by %j', (text, words, expected) => {
  expect(marked(text, ...words)).toBe(expected);
});
