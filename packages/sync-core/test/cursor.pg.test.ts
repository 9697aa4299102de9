import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../src/domain/actor.ts';
import { DEFAULT_RUN_SETTINGS } from '../src/domain/run-settings.ts';
import { encodeCursor } from '../src/runs/cursor.ts';
import { createSyncService } from '../src/runs/sync-service.ts';
import { createOrg, createRun } from './factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function openList() {
  const orgId = await createOrg(db);
  const caller: Caller = { orgId, actor: { type: 'user', id: 'u1', name: 'Ada' } };
  const sync = createSyncService({ database: db.database, defaults: DEFAULT_RUN_SETTINGS });
  const ids: string[] = [];
  for (let run = 0; run < 5; run++) ids.unshift((await createRun(db, { orgId })).runId);
  return { ids, page: (cursor?: string) => sync.list(caller, { limit: 2, cursor }) };
}

test('a list is read page by page to its end, each run once', async () => {
  const { ids, page } = await openList();
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    seen.push(...items.map(({ runId }) => runId));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(ids);
});

const ids = fc.oneof(
  fc.uuid(),
  fc.string({ unit: fc.constantFrom('-', '0', 'a', 'f'), minLength: 36, maxLength: 36 }),
);
const digits = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...Array.from('0123459')),
    minLength: length,
    maxLength: length,
  });
const times = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().replace('Z', '000Z')),
  fc.date({ noInvalidDate: true }).map(String),
  fc
    .tuple(digits(4), digits(2), digits(2), digits(2), digits(2), digits(2))
    .map(([y, mo, d, h, m, s]) => `${y}-${mo}-${d}T${h}:${m}:${s}.000000Z`),
  fc.constantFrom('0', 'infinity', 'epoch', '294277-01-01'),
);

test('an invented cursor is answered or rejected by name, and never fails in the database (S24)', async () => {
  const { page } = await openList();
  await fc.assert(
    fc.asyncProperty(ids, times, async (id, createdAt) => {
      const answer = await page(encodeCursor({ createdAt, id })).catch((error: unknown) => error);
      if (answer instanceof Error) expect(answer).toMatchObject({ code: 'invalid_cursor' });
    }),
    { seed: 797, numRuns: 300 },
  );
});
