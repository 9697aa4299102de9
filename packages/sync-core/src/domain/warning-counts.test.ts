import { expect, test } from 'vitest';
import { countWarnings, describeWarnings } from './warning-counts.ts';

test('kind 3: warnings are counted by field and put into words', () => {
  const counts = countWarnings([
    ['not_text:avatar_url'],
    ['not_text:avatar_url', 'too_large:meta_data'],
    [],
  ]);
  expect(counts).toEqual({ 'not_text:avatar_url': 2, 'too_large:meta_data': 1 });
  expect(describeWarnings(counts)).toBe(
    '`avatar_url` was not text and was left empty for 2 customers. ' +
      '`meta_data` had parts that were too large, which were removed for 1 customer.',
  );
});

test('a warning that a newer worker counted is shown by its code', () => {
  expect(describeWarnings({ 'too_old:date_created': 1 })).toBe(
    '`date_created` too_old for 1 customer.',
  );
});
