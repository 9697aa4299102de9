import { expect, test } from 'vitest';
import { levelOfRole, levelOfScopes, mayDo } from './access.ts';

test.each([
  ['viewer', [true, false, false]],
  ['operator', [true, true, false]],
  ['owner', [true, true, true]],
  ['member', [false, false, false]],
  ['OWNER', [false, false, false]],
  ['', [false, false, false]],
  [null, [false, false, false]],
])('a role of %s may read, operate, administer: %j', (role, expected) => {
  const level = levelOfRole(role);
  expect([mayDo(level, 'read'), mayDo(level, 'operate'), mayDo(level, 'admin')]).toEqual(expected);
});

test('the highest scope counts, and an unknown one is none', () => {
  expect(levelOfScopes(['read', 'admin'])).toBe('admin');
  expect(levelOfScopes(['operate'])).toBe('operate');
  expect(levelOfScopes(['root', '*'])).toBeNull();
  expect(levelOfScopes([])).toBeNull();
});
