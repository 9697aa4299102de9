import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  boundReading,
  type Choice,
  chooseAnswer,
  type CustomerAnswer,
  momentOf,
} from './choose-answer.ts';
import { CHANGE_SOURCES } from './run-kind.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 5, 1) + seconds * 1_000);
const now = at(1_000);

function answer(
  beganAt: number,
  endedAt: number,
  more: Partial<CustomerAnswer> = {},
): CustomerAnswer {
  return {
    beganAt: at(beganAt),
    endedAt: at(endedAt),
    modifiedAt: null,
    isDeletion: false,
    source: 'walk',
    ...more,
  };
}

describe('of two answers the one that was read clearly later wins (1.2, R1)', () => {
  const old = { modifiedAt: at(-5_000_000) };
  const recent = { modifiedAt: at(-5) };
  it.each<[string, CustomerAnswer, CustomerAnswer, Choice]>([
    ['a restored store', answer(0, 1, recent), answer(10, 11, old), 'take'],
    [
      'an import that carries 1970',
      answer(0, 1, recent),
      answer(1, 2, { modifiedAt: new Date(0) }),
      'take',
    ],
    ['customers without a date', answer(0, 1), answer(10, 11), 'take'],
    ['a stored one from the future', answer(5_000, 5_001, recent), answer(10, 11, old), 'take'],
    ['an answer that was read before', answer(10, 11, old), answer(0, 1, recent), 'keep'],
    ['overlapping, changed later', answer(0, 5, old), answer(1, 4, recent), 'take'],
    ['overlapping, changed before', answer(0, 5, recent), answer(1, 6, old), 'ask_again'],
    ['overlapping, asked for by id', answer(0, 5), answer(1, 4, { source: 'webhook' }), 'take'],
    [
      'overlapping, a page against an id',
      answer(0, 5, { source: 'retry' }),
      answer(1, 6),
      'ask_again',
    ],
    ['overlapping, arrived later', answer(0, 5), answer(1, 6), 'take'],
    ['overlapping, arrived before', answer(0, 5), answer(0, 4), 'ask_again'],
    ['gone while it was read', answer(0, 5, recent), answer(1, 4, { isDeletion: true }), 'take'],
    [
      'there while it was gone',
      answer(1, 4, { isDeletion: true }),
      answer(0, 5, recent),
      'ask_again',
    ],
    ['back after it was gone', answer(1, 4, { isDeletion: true }), answer(4, 5, old), 'take'],
  ])('%s', (_what, known, incoming, expected) => {
    expect(chooseAnswer(known, incoming, now)).toBe(expected);
  });
});

it('a reading of one moment is neither older nor newer than itself', () => {
  const moment = momentOf(at(5).getTime());
  expect(moment).toEqual({ beganAt: at(5), endedAt: at(5) });
  const known = { ...answer(0, 0), ...moment };
  expect(chooseAnswer(known, { ...answer(0, 0), ...moment }, now)).toBe('take');
});

it('bounds a reading by the start of its run and by now', () => {
  const wrong = { beganAt: at(-9_000), endedAt: at(9_000) };
  expect(boundReading(wrong, at(100), now)).toEqual({ beganAt: at(100), endedAt: now });
  const early = { beganAt: at(-9_000), endedAt: at(-8_999) };
  expect(boundReading(early, at(100), now)).toEqual({ beganAt: at(100), endedAt: at(100) });
});

describe('after any history the next complete reconcile leaves the table equal to the store (1.2, R1)', () => {
  /** What happens to one customer and to what we have of it, each step a second or more after the last. */
  const step = fc.record({
    event: fc.constantFrom('edit', 'edit_by_sql', 'restore', 'delete', 'ask', 'arrive'),
    /** Seconds by which the clock of the store, or of the worker that asks, is wrong. */
    skew: fc.integer({ min: -100_000, max: 100_000 }),
    seconds: fc.integer({ min: 0, max: 30 }),
    pick: fc.nat({ max: 9 }),
    source: fc.constantFrom(...CHANGE_SOURCES),
  });

  interface Version {
    content: number | null;
    modifiedAt: Date | null;
  }

  it('holds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let clock = 0;
        let store: Version = { content: 0, modifiedAt: null };
        const past: Version[] = [store];
        const asked: { version: Version; answer: CustomerAnswer; runCreatedAt: Date }[] = [];
        let table: { content: number | null; answer: CustomerAnswer } | null = null;

        const apply = ({ version, answer: read, runCreatedAt }: (typeof asked)[number]) => {
          const incoming = { ...read, ...boundReading(read, runCreatedAt, at(clock)) };
          const choice =
            table === null || table.content === version.content
              ? 'take'
              : chooseAnswer(table.answer, incoming, at(clock));
          if (choice === 'take') table = { content: version.content, answer: incoming };
          return choice;
        };
        const ask = (source: CustomerAnswer['source'], skew: number) => ({
          version: store,
          runCreatedAt: at(clock),
          answer: {
            beganAt: at(clock + skew),
            endedAt: at(clock + skew + 1),
            modifiedAt: store.modifiedAt,
            isDeletion: store.content === null,
            source,
          },
        });

        for (const { event, skew, seconds, pick, source } of steps) {
          clock += seconds;
          if (event === 'edit') store = { content: past.length, modifiedAt: at(clock + skew) };
          if (event === 'edit_by_sql') store = { ...store, content: past.length };
          if (event === 'restore') store = past[pick % past.length]!;
          if (event === 'delete') store = { content: null, modifiedAt: null };
          if (event === 'ask') asked.push(ask(source, skew));
          past.push(store);
          // Responses arrive in any order; some never arrive.
          if (event === 'arrive' && asked.length > 0)
            apply(asked.splice(pick % asked.length, 1)[0]!);
        }
        clock += 1;
        const reconcile = ask('reconcile', steps[0]?.skew ?? 0);
        clock += 1;
        expect(apply(reconcile)).toBe('take');
        expect(table!.content).toBe(store.content);
      }),
      { numRuns: 2_000 },
    );
  });
});
