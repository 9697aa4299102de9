import { expect, test } from 'vitest';
import { guardFormulas } from './guard-formulas.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+41 79 123 45 67', "'+41 79 123 45 67"],
  ['-7', "'-7"],
  ['@home', "'@home"],
  ['＝1', "'＝1"],
  ["Ann;=cmd|'/C calc'!A0;", "Ann;'=cmd|'/C calc'!A0;"],
  ['Ann\t=1', "Ann\t'=1"],
  ['Ann\n=1', "Ann\n'=1"],
  ['\n=1', "\n'=1"],
  [' =1', " '=1"],
  ['\u200B=1', "\u200B'=1"],
  ['\uFEFF =1', "\uFEFF '=1"],
  ['Ann; \u00A0=1', "Ann; \u00A0'=1"],
  ['Ann;"=1"', `Ann;"'=1"`],
  ['Ann|=1', "Ann|'=1"],
  ['Ann;==1', "Ann;'='=1"],
])('%j starts no formula, whatever the list separator (P12)', (text, guarded) => {
  expect(guardFormulas(text)).toBe(guarded);
});

test.each([
  'Ann-Marie O’Hara',
  'ada@shop.test',
  'Smith - Jones',
  '2026-01-01T00:00:00.000Z',
  '1+1=2',
  '',
])('%j stays as it is (P12)', (text) => {
  expect(guardFormulas(text)).toBe(text);
});
