import { expect, test } from 'vitest';
import { DISCOVERY, IS_ACTIVE_RUN, IS_OPEN_DISCOVERY, LINE } from './states.ts';

test('transitions become conditions and values of SQL', () => {
  expect(LINE.claimed).toEqual({ from: "= 'draft'", to: "'processing'" });
  expect(LINE.cancelled).toEqual({
    from: "in ('draft', 'processing', 'failed')",
    to: "'cancelled'",
  });
  expect(DISCOVERY.taken).toEqual({ from: "in ('pending', 'walking')", to: "'walking'" });
  expect(DISCOVERY.cancelled.from).toBe("in ('pending', 'walking', 'failed')");
});

test('sets of states are conditions of SQL', () => {
  expect(IS_ACTIVE_RUN).toBe("in ('draft', 'processing')");
  expect(IS_OPEN_DISCOVERY).toBe("in ('pending', 'walking')");
});
