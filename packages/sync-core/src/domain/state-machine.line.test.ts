import { describe, expect, it } from 'vitest';
import { LINE_EVENTS, LINE_OUTCOMES, LINE_STATES, LINE_TRANSITIONS } from './state-machine.ts';

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
    expect(LINE_TRANSITIONS[state][event]).toBe(next);
  });

  it('has only those nine transitions', () => {
    const moves = LINE_STATES.flatMap((state) =>
      LINE_EVENTS.map((event) => LINE_TRANSITIONS[state][event]),
    );
    expect(moves).toHaveLength(5 * 7);
    expect(moves.filter((next) => next !== null)).toHaveLength(9);
  });

  it('is total: every state answers every event, with a state or a refusal', () => {
    for (const state of LINE_STATES) {
      expect(Object.keys(LINE_TRANSITIONS[state])).toEqual(LINE_EVENTS);
      for (const event of LINE_EVENTS) {
        expect([...LINE_STATES, null]).toContain(LINE_TRANSITIONS[state][event]);
      }
    }
  });

  it('never leaves done and cancelled', () => {
    for (const event of LINE_EVENTS) {
      expect(LINE_TRANSITIONS.done[event]).toBeNull();
      expect(LINE_TRANSITIONS.cancelled[event]).toBeNull();
    }
  });

  it('reaches a final state from every other', () => {
    for (const start of LINE_STATES) {
      const reached = new Set([start]);
      for (const state of reached) {
        for (const event of LINE_EVENTS) {
          const next = LINE_TRANSITIONS[state][event];
          if (next) reached.add(next);
        }
      }
      expect(reached.has('done') || reached.has('cancelled')).toBe(true);
    }
  });

  it('has four outcomes', () => {
    expect(LINE_OUTCOMES).toEqual(['created', 'updated', 'unchanged', 'deleted']);
  });
});
