import { describe, expect, it } from 'vitest';
import {
  LINE_EVENTS,
  LINE_OUTCOMES,
  LINE_STATES,
  LINE_TRANSITIONS,
  nextLineState,
  OPEN_LINE_STATES,
} from './state-machine.ts';

describe('the life of a line', () => {
  it.each([
    ['draft', 'claimed', 'processing'],
    ['draft', 'cancelled', 'cancelled'],
    ['processing', 'applied', 'done'],
    ['processing', 'rescheduled', 'draft'],
    ['processing', 'failed', 'failed'],
    ['processing', 'released', 'draft'],
    ['processing', 'cancelled', 'cancelled'],
    ['failed', 'retried', 'draft'],
    ['failed', 'cancelled', 'cancelled'],
  ] as const)('goes from %s, when %s, to %s', (state, event, next) => {
    expect(nextLineState(state, event)).toBe(next);
  });

  it('has no other move than those nine', () => {
    const moves = LINE_STATES.flatMap((state) =>
      LINE_EVENTS.map((event) => nextLineState(state, event)),
    );
    expect(moves).toHaveLength(5 * 7);
    expect(moves.filter((next) => next !== null)).toHaveLength(9);
  });

  it('is total: every state answers every event, with a state or a refusal', () => {
    for (const state of LINE_STATES) {
      expect(Object.keys(LINE_TRANSITIONS[state])).toEqual(LINE_EVENTS);
      for (const event of LINE_EVENTS) {
        expect([...LINE_STATES, null]).toContain(nextLineState(state, event));
      }
    }
  });

  it('never leaves done and cancelled', () => {
    for (const event of LINE_EVENTS) {
      expect(nextLineState('done', event)).toBeNull();
      expect(nextLineState('cancelled', event)).toBeNull();
    }
  });

  it('leads from every state that is not final to one that is', () => {
    for (const start of LINE_STATES) {
      const reached = new Set([start]);
      for (const state of reached) {
        for (const event of LINE_EVENTS) {
          const next = nextLineState(state, event);
          if (next) reached.add(next);
        }
      }
      expect(reached.has('done') || reached.has('cancelled')).toBe(true);
    }
  });

  it('counts draft and processing as open, and knows four outcomes', () => {
    expect(OPEN_LINE_STATES).toEqual(['draft', 'processing']);
    expect(LINE_OUTCOMES).toEqual(['created', 'updated', 'unchanged', 'deleted']);
  });
});
