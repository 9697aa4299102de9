import type { Sql } from '@mantis-sync/db';
import { tripsBreaker } from '../../domain/delta.ts';
import { appendActivity } from '../../sql/activity.ts';
import { countActiveCustomers } from '../../sql/customers.ts';
import {
  countDeletionCandidates,
  insertDeletionCandidates,
  recordDeletionCandidates,
} from '../../sql/deletions.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { extendRequestBudget } from '../../sql/runs.ts';

/** A range of ids that a walk has read completely: after `fromId`, up to `toId` (null: to the end of the list). */
export interface WholeRange {
  fromId: number;
  toId: number | null;
}

/** A number of deletions that needs approval. */
export interface TooManyDeletions {
  candidates: number;
  customers: number;
}

/**
 * Finds stored customers that a range of the store's list no longer contains. Each becomes a line of the run,
 * requested by id when it is processed: a customer is deleted only after the store confirms that it does not
 * exist. The lines of the run show which customers were seen, so this also works for a walk that was
 * interrupted and resumed.
 *
 * @param run under its lock
 * @returns null, or the number that needs approval; nothing is written then
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
      message: `${candidates} customers are no longer in the store’s list; each is requested by its id.`,
      data: { candidates, customers },
    },
  ]);
  return null;
}
