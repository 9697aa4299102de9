import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveRunState,
  DISCOVERY_STATES,
  isTerminal,
  type LineCounts,
  RUN_STATES,
  RUN_TRANSITIONS,
  TERMINAL_RUN_STATES,
} from './state-machine.ts';

const none: LineCounts = { draft: 0, processing: 0, done: 0, failed: 0, cancelled: 0 };
const counts = fc.record({
  draft: fc.nat(3),
  processing: fc.nat(3),
  done: fc.nat(3),
  failed: fc.nat(3),
  cancelled: fc.nat(3),
});

describe('deriveRunState', () => {
  it.each([
    ['draft', 'pending', none, 'not started'],
    ['processing', 'pending', { ...none, draft: 1 }, 'there are lines before the walk'],
    ['processing', 'walking', none, 'the list is being read'],
    ['processing', 'walking', { ...none, done: 3 }, 'all lines so far are done, but more may come'],
    ['processing', 'complete', { ...none, draft: 1, done: 1 }, 'a line is open'],
    ['processing', 'complete', { ...none, processing: 1, failed: 1 }, 'a line is leased'],
    ['processing', 'failed', { ...none, draft: 1 }, 'the walk failed, but its lines continue'],
    ['processing', 'cancelled', { ...none, processing: 1 }, 'a cancelled walk has a leased line'],
    ['done', 'complete', none, 'the store has no customers'],
    ['done', 'complete', { ...none, done: 2 }, 'all are done'],
    ['done', 'complete', { ...none, done: 2, cancelled: 1 }, 'cancelled lines count as completed'],
    ['done', 'cancelled', { ...none, cancelled: 2 }, 'a person forced it'],
    ['partial', 'complete', { ...none, done: 1, failed: 1 }, 'some are done and some failed'],
    ['failed', 'complete', { ...none, failed: 1 }, 'all failed'],
    ['failed', 'complete', { ...none, failed: 1, cancelled: 1 }, 'cancelled is not done'],
    ['failed', 'failed', none, 'the walk failed before the first line'],
    ['failed', 'failed', { ...none, done: 5 }, 'the walk failed after lines were done'],
  ] as const)('says %s with discovery %s where %o: %s', (state, discovery, lines, _why) => {
    expect(deriveRunState(discovery, lines)).toBe(state);
  });

  it('I3: is terminal exactly where discovery is over and no line is open', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DISCOVERY_STATES), counts, (discovery, lines) => {
        const isOver = discovery !== 'pending' && discovery !== 'walking';
        const isOpen = lines.draft + lines.processing > 0;
        expect(isTerminal(deriveRunState(discovery, lines))).toBe(isOver && !isOpen);
      }),
      { seed: 797 },
    );
  });

  it('I6: never says done while a line failed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DISCOVERY_STATES), counts, (discovery, lines) => {
        const state = deriveRunState(discovery, lines);
        if (state === 'done') expect(lines.failed).toBe(0);
        if (state === 'done') expect(discovery).not.toBe('failed');
      }),
      { seed: 797 },
    );
  });
});

describe('the life of a run', () => {
  it('has three end states, of which done is final', () => {
    expect(RUN_STATES.filter(isTerminal)).toEqual([...TERMINAL_RUN_STATES]);
    expect(RUN_TRANSITIONS.done).toEqual([]);
  });

  it('never returns to draft, and can always become done', () => {
    for (const state of RUN_STATES) {
      const next: readonly string[] = RUN_TRANSITIONS[state];
      expect(next).not.toContain('draft');
      expect(state === 'done' || next.includes('done')).toBe(true);
    }
  });
});
