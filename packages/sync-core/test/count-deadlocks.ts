import { createDatabase, type Database } from '@mantis-sync/db';
import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { expect } from 'vitest';

const APPLICATION = 'mantis-deadlocks';

/** Number of deadlocks during `act` on a separate pool of 30 connections. */
export async function countDeadlocks(
  db: TestDatabase,
  act: (database: Database) => Promise<unknown>,
): Promise<number> {
  const before = await deadlocks(db);
  const database = createDatabase({ url: db.url, max: 30, applicationName: APPLICATION });
  try {
    await act(database);
  } finally {
    await database.close();
  }
  // A session reports its statistics at the latest when it ends.
  await expect.poll(() => isConnected(db), { interval: 5 }).toBe(false);
  return (await deadlocks(db)) - before;
}

async function deadlocks({ admin }: TestDatabase): Promise<number> {
  const { rows } = await admin.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.deadlocks ?? 0;
}

async function isConnected({ admin }: TestDatabase): Promise<boolean> {
  const { rows } = await admin.query(
    'select from pg_stat_activity where datname = current_database() and application_name = $1',
    [APPLICATION],
  );
  return rows.length > 0;
}
