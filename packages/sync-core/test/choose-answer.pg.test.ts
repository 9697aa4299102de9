import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseAnswer, type CustomerAnswer } from '../src/domain/choose-answer.ts';
import { CHANGE_SOURCES } from '../src/domain/run-kind.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const moment = fc.integer({ min: 0, max: 8 });
const at = (seconds: number) => new Date(Date.UTC(2026, 5, 1) + seconds * 1_000);

const answer = fc
  .record({
    began: moment,
    took: fc.integer({ min: 0, max: 4 }),
    modified: fc.option(moment),
    isDeletion: fc.boolean(),
    source: fc.constantFrom(...CHANGE_SOURCES),
  })
  .map(({ began, took, modified, isDeletion, source }): CustomerAnswer => ({
    beganAt: at(began),
    endedAt: at(began + took),
    modifiedAt: modified === null || isDeletion ? null : at(modified),
    isDeletion,
    source,
  }));

const valuesOf = ({ beganAt, endedAt, modifiedAt, isDeletion, source }: CustomerAnswer) => [
  beganAt,
  endedAt,
  modifiedAt,
  isDeletion,
  source,
];

test('1.2, R1: the database chooses between two answers as chooseAnswer does', async () => {
  await fc.assert(
    fc.asyncProperty(answer, answer, moment, async (known, incoming, now) => {
      const { rows } = await db.admin.query<{ choice: string }>(
        `select mantis.choose_answer($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as choice`,
        [...valuesOf(known), ...valuesOf(incoming), at(now)],
      );
      expect(rows[0]?.choice).toBe(chooseAnswer(known, incoming, at(now)));
    }),
    { numRuns: 400 },
  );
});
