import type { Sql } from '@mantis-sync/db';
import { tripsBreaker } from '../../domain/delta.ts';
import { appendActivity } from '../../sql/activity.ts';
import {
  countDeletionCandidates,
  countActiveCustomers,
  insertDeletionCandidates,
  recordDeletionCandidates,
} from '../../sql/customers.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { extendRequestBudget } from '../../sql/runs.ts';

/** Ids that a walk has read whole: behind `fromId`, up to `toId`, or to the end of the list where that is null. */
export interface WholeRange {
  fromId: number;
  toId: number | null;
}

/** A number of deletions that needs a decision first. */
export interface TooManyDeletions {
  candidates: number;
  customers: number;
}

/**
 * Looks for customers of ours that a range of the store's list no longer has. Each becomes a line of the
 * run, to be asked for by its id when it is applied: nothing is deleted until the store itself says that
 * it has no such customer. The lines that the run already has are the stamp of those that were seen, so
 * that this holds for a walk that was interrupted and resumed.
 *
 * @param run under its lock
 * @returns null, or what trips the breaker; then nothing is written
 */
export async function findDeletions(
  sql: Sql,
  run: RunRow,
  range: WholeRange,
): Promise<TooManyDeletions | null> {
  const candidates = await countDeletionCandidates(sql, run, range);
  const customers = await countActiveCustomers(sql, run.storeId);
  if (!run.deletionsApproved && tripsBreaker(candidates, customers))
    return { candidates, customers };
  await recordDeletionCandidates(sql, run.id, candidates);
  if (candidates === 0) return null;
  await insertDeletionCandidates(sql, run, range);
  await extendRequestBudget(sql, run.id, 2 * candidates);
  await appendActivity(sql, run.id, [
    {
      event: 'deletions.candidates',
      message: `${candidates} customers are no longer in the store’s list; each is asked for by its id.`,
      data: { candidates, customers },
    },
  ]);
  return null;
}
