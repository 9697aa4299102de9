import { expect, test } from 'vitest';
import { countOf } from './count-words.ts';

test.each([
  [0, '0 customers'],
  [1, '1 customer'],
  [20_000, '20,000 customers'],
])('%i', (count, words) => {
  expect(countOf(count, 'customer')).toBe(words);
});
