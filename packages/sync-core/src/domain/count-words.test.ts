import { expect, test } from 'vitest';
import { countOf } from './count-words.ts';

test.each([
  [0, '0 customers'],
  [1, '1 customer'],
  [999, '999 customers'],
  [20_000, '20,000 customers'],
  [1_234_567, '1,234,567 customers'],
])('%i', (count, words) => {
  expect(countOf(count, 'customer')).toBe(words);
});
