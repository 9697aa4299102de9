import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boundReading, chooseAnswer, type CustomerAnswer } from '../src/domain/choose-answer.ts';
import { CHANGE_SOURCES } from '../src/domain/run-kind.ts';
import { BOUNDED } from '../src/sql/customers.ts';

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

test('the database chooses between two answers as chooseAnswer does (1.2, R1)', async () => {
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

test('the database limits a reading to the time of its run as boundReading does (R1)', async () => {
  const seconds = fc.integer({ min: -5, max: 5 });
  await fc.assert(
    fc.asyncProperty(seconds, fc.nat(4), seconds, async (began, took, created) => {
      const now = new Date();
      const [beganAt, endedAt, runCreatedAt] = [began, began + took, Math.min(created, 0)].map(
        (offset) => new Date(now.getTime() + offset * 1_000),
      ) as [Date, Date, Date];
      const { rows } = await db.admin.query<Record<string, Date>>(
        `select ${BOUNDED.replaceAll('$6', '$3').replaceAll('mantis.now()', '$4::timestamptz')}
           from (values ($1::timestamptz, $2::timestamptz)) as item(began_at, ended_at)`,
        [beganAt, endedAt, runCreatedAt, now],
      );
      const { fetch_began_at, fetched_at } = rows[0]!;
      expect({ beganAt: fetch_began_at, endedAt: fetched_at }).toEqual(
        boundReading({ beganAt, endedAt }, runCreatedAt, now),
      );
    }),
    { numRuns: 200 },
  );
});
