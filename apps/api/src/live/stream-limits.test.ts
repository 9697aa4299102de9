import { expect, test } from 'vitest';
import { createStreamLimits, type StreamLimits, TooManyStreamsError } from './stream-limits.ts';

const enter = (limits: StreamLimits, orgId: string, person: string) =>
  limits.enter({ orgId, actor: { type: 'user', id: person, name: person } });

/** Streams that are let in before one is refused. */
function fill(limits: StreamLimits, callerOf: (n: number) => [org: string, person: string]) {
  const leave: (() => void)[] = [];
  for (;;) {
    try {
      leave.push(enter(limits, ...callerOf(leave.length)));
    } catch (error) {
      expect(error).toBeInstanceOf(TooManyStreamsError);
      return leave;
    }
  }
}

test.each<[string, number, (n: number) => [string, string]]>([
  ['a person, also in several organisations', 50, (n) => [`org ${n % 5}`, 'ada']],
  ['an organisation', 200, (n) => ['org', `person ${n}`]],
  ['a process', 2_000, (n) => [`org ${n}`, `person ${n}`]],
])('%s has %i streams open at most, and gets a place back (P14)', (_who, most, callerOf) => {
  const limits = createStreamLimits();
  const leave = fill(limits, callerOf);
  expect(leave).toHaveLength(most);
  leave[0]?.();
  expect(fill(limits, () => callerOf(0))).toHaveLength(1);
});
