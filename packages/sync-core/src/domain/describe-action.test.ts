import { expect, test } from 'vitest';
import { describeAction } from './describe-action.ts';

const stored = { code: 'rounds_exhausted', reason: 'rounds_exhausted' };

test.each([
  [0, '3 rounds ended with failures and the store’s list could not be read completely.'],
  [1, '3 rounds ended with failures and 1 customer still fails.'],
  [1_200, '3 rounds ended with failures and 1,200 customers still fail.'],
])('exhausted rounds with %d failed customers are described', (failed, sentence) => {
  expect(describeAction(stored, { processCount: 3, failed })?.reason).toContain(sentence);
});

test('texts stored by the previous version are replaced, other reasons are kept', () => {
  const counts = { processCount: 3, failed: 2 };
  const old = { ...stored, reason: '3 rounds ended with failures and 2 customers still fail.' };
  expect(describeAction(old, counts)).toEqual(describeAction(stored, counts));
  const paused = { code: 'wrong_key', reason: 'The store does not know this consumer key.' };
  expect(describeAction(paused, counts)).toBe(paused);
  expect(describeAction(null, counts)).toBeNull();
});
