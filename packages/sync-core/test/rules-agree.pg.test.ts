import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LINE_STATES, LINE_TRANSITIONS } from '../src/domain/state-machine.ts';
import {
  deriveRunState,
  DISCOVERY_STATES,
  RUN_STATES,
  RUN_TRANSITIONS,
} from '../src/domain/state-machine.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('the database allows exactly the line transitions of the table', async () => {
  for (const from of LINE_STATES) {
    const targets: (string | null)[] = Object.values(LINE_TRANSITIONS[from]);
    for (const to of LINE_STATES) {
      const { rows } = await db.admin.query('select mantis.line_may_go($1, $2) as may', [from, to]);
      expect([from, to, rows[0]?.['may']]).toEqual([from, to, targets.includes(to)]);
    }
  }
});

test('the database allows exactly the run transitions of the table', async () => {
  for (const from of RUN_STATES) {
    const targets: readonly string[] = RUN_TRANSITIONS[from];
    for (const to of RUN_STATES) {
      const { rows } = await db.admin.query('select mantis.queue_may_go($1, $2) as may', [
        from,
        to,
      ]);
      expect([from, to, rows[0]?.['may']]).toEqual([from, to, targets.includes(to)]);
    }
  }
});

test('the database derives the state of a run as the code does, for every discovery and mix of lines', async () => {
  const { rows } = await db.admin.query<{
    discovery: (typeof DISCOVERY_STATES)[number];
    draft: number;
    processing: number;
    done: number;
    failed: number;
    cancelled: number;
    state: string;
  }>(
    `select discovery, draft, processing, done, failed, cancelled,
            mantis.queue_state(discovery, draft, processing, done, failed, cancelled) as state
       from unnest($1::text[]) discovery, generate_series(0, 2) draft, generate_series(0, 2) processing,
            generate_series(0, 2) done, generate_series(0, 2) failed, generate_series(0, 2) cancelled`,
    [[...DISCOVERY_STATES]],
  );
  expect(rows).toHaveLength(DISCOVERY_STATES.length * 3 ** 5);
  const different = rows.filter(
    ({ discovery, state, ...lines }) => deriveRunState(discovery, lines) !== state,
  );
  expect(different).toEqual([]);
});
