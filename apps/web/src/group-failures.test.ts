import { expect, it } from 'vitest';
import { aLine } from '../test/run-fixture.ts';
import { groupFailures } from './group-failures.ts';

it('sums failures up by their reason, the most frequent first', () => {
  const email = { code: 'schema', message: 'email: expected text' };
  const lines = [aLine({ error: email }), aLine(), aLine(), aLine({ state: 'done', error: null })];
  expect(groupFailures(lines)).toEqual([
    { code: 'schema', message: 'billing: expected an object', count: 2 },
    { ...email, count: 1 },
  ]);
});
