import { describe, expect, test } from 'vitest';
import { acceptQueueId } from './previous-input.ts';

describe('acceptQueueId', () => {
  test('renames runId, the name of the previous version', () => {
    expect(acceptQueueId({ runId: 'a', reason: 'b' })).toEqual({ runId: 'a', reason: 'b' });
  });

  test.each([
    ['an input that has a runId', { runId: 'a', runId: 'b' }],
    ['an input without either', { storeId: 'a' }],
    ['a text', 'runId'],
    ['a list', ['runId']],
    ['nothing', null],
  ])('passes %s unchanged', (_, input) => {
    expect(acceptQueueId(input)).toBe(input);
  });
});
