import { expect, test } from 'vitest';
import { rowAfter } from './row-keys.ts';

const none = { at: -1, count: 3, isTyping: false, isSearch: false };

test.each([
  ['j begins at the first row', { ...none, key: 'j' }, 0],
  ['j moves down', { ...none, key: 'j', at: 0 }, 1],
  ['j stays at the last', { ...none, key: 'j', at: 2 }, 2],
  ['k goes back', { ...none, key: 'k', at: 2 }, 1],
  ['k stays at the first', { ...none, key: 'k', at: 0 }, 0],
  ['an arrow elsewhere scrolls', { ...none, key: 'ArrowDown' }, null],
  ['arrows lead from row to row', { ...none, key: 'ArrowUp', at: 1 }, 0],
  ['down', { ...none, key: 'ArrowDown', at: 1 }, 2],
  ['up from the first to the field', { ...none, key: 'ArrowUp', at: 0 }, 'search'],
  ['and back', { ...none, key: 'ArrowDown', isTyping: true, isSearch: true }, 0],
  ['not from another field', { ...none, key: 'ArrowDown', isTyping: true }, null],
  ['j is a letter in a field', { ...none, key: 'j', isTyping: true, isSearch: true }, null],
  ['to the ends', { ...none, key: 'End', at: 0 }, 2],
  ['and the beginning', { ...none, key: 'Home', at: 2 }, 0],
  ['nowhere without rows', { ...none, key: 'j', count: 0 }, null],
  ['by no other key', { ...none, key: 'x', at: 1 }, null],
])('%s', (_name, press, expected) => {
  expect(rowAfter(press)).toBe(expected);
});
