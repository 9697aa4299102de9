import type { Database } from '@mantis-sync/db';
import {
  deleteDated,
  deleteExpiredAuthorizations,
  deleteExpiredSignInData,
  deleteRun,
  deleteRunRows,
  findExpiredRun,
  findOrganisations,
  readRetentionDays,
} from '../sql/retention.ts';

/** Rows per transaction: short enough that nothing waits for it. */
const ROWS_AT_ONCE = 1_000;

export interface RetentionOptions {
  /** Days, for organisations without a setting of their own. */
  defaultDays: number;
  /** Maximum number of rows to remove; the next sweep continues. */
  maxRows: number;
  signal?: AbortSignal;
}

/**
 * Removes expired runs with their lines and activity, history and deliveries, a thousand rows per transaction,
 * and expired authorizations, sessions, links and counters. Safe to interrupt and to run concurrently.
 *
 * @returns rows removed
 */
export async function sweepRetention(
  database: Database,
  options: RetentionOptions,
): Promise<number> {
  let removed = await database.withSystem(deleteExpiredSignInData);
  const hasTime = () => removed < options.maxRows && options.signal?.aborted !== true;
  for (const orgId of await database.withSystem(findOrganisations)) {
    if (hasTime()) removed += await database.withRetention(orgId, deleteExpiredAuthorizations);
    const days = await database.withRetention(orgId, (sql) =>
      readRetentionDays(sql, options.defaultDays),
    );
    for (let step = 1; step > 0 && hasTime(); removed += step)
      step = await removeSome(database, orgId, days);
  }
  return removed;
}

/** @returns rows removed, 0 if nothing is left to remove */
async function removeSome(database: Database, orgId: string, days: number): Promise<number> {
  return database.withRetention(orgId, async (sql) => {
    const runId = await findExpiredRun(sql, days);
    if (runId === null) return deleteDated(sql, days, ROWS_AT_ONCE);
    const rows = await deleteRunRows(sql, runId, ROWS_AT_ONCE);
    if (rows > 0) return rows;
    await deleteRun(sql, runId);
    return 1;
  });
}
