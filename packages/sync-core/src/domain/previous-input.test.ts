import { describe, expect, test } from 'vitest';
import { acceptQueueId } from './previous-input.ts';

describe('acceptQueueId', () => {
  test('renames queueId, the name of the previous version', () => {
    expect(acceptQueueId({ queueId: 'a', reason: 'b' })).toEqual({ runId: 'a', reason: 'b' });
  });

  test.each([
    ['an input that has a runId', { runId: 'a', queueId: 'b' }],
    ['an input without either', { storeId: 'a' }],
    ['a text', 'queueId'],
    ['a list', ['queueId']],
    ['nothing', null],
  ])('passes %s unchanged', (_, input) => {
    expect(acceptQueueId(input)).toBe(input);
  });
});
