import { expect, test } from 'vitest';
import { decoded, withoutLinks } from './read-field.ts';

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

test.each<[unknown, unknown]>([
  [{ id: 1, _links: { self: [] } }, { id: 1 }],
  [{ id: 1 }, { id: 1 }],
  [null, null],
  ['_links', '_links'],
  [[1], [1]],
])('of the row %j the links are left out', (row, expected) => {
  expect(withoutLinks(row)).toEqual(expected);
});
