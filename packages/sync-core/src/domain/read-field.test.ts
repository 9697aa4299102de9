import { expect, test } from 'vitest';
import { decoded } from './read-field.ts';

test.each<[unknown, unknown]>([
  ['[{"key":"vat"}]', [{ key: 'vat' }]],
  [' {"city":"Wien"}', { city: 'Wien' }],
  ['[without an end', '[without an end'],
  ['"text"', '"text"'],
  [7, 7],
])('%j is read as %j', (value, expected) => {
  expect(decoded(value)).toEqual(expected);
});

test('a list that is nested too deeply remains text', () => {
  const deep = '['.repeat(10_000) + ']'.repeat(10_000);
  expect(decoded(deep)).toBe(deep);
});
