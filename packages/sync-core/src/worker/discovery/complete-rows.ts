import { type BatchCounts, batchSizeOf, countResults } from '../../domain/batch-counts.ts';
import type { Reading } from '../../domain/choose-answer.ts';
import type { RetryPolicy } from '../../domain/retry-policy.ts';
import { changeSource } from '../../domain/run-kind.ts';
import type { IsVolatile } from '../../domain/volatile-meta.ts';
import type { PageRow } from '../../domain/walk.ts';
import type { ActivityEntry } from '../../sql/activity.ts';
import type { AttemptOutcome, NewLine } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { describeLines } from '../processing/describe-lines.ts';
import { outcomeOf } from '../processing/outcome-of.ts';
import { type PreparedCustomer, prepareCustomer } from '../processing/prepare-customer.ts';
import type { StoreOutcome } from '../processing/store-customers.ts';
import { toNewLine, toPayload } from './page-lines.ts';

/** A new row of a page, mapped and hashed. */
export interface PreparedRow {
  row: PageRow;
  /** Null for a row without a usable id: it fails without an attempt. */
  customer: PreparedCustomer | null;
}

/** A row after its customer was stored, with the result of its attempt. */
export interface CompletedRow extends PreparedRow {
  result: AttemptOutcome | null;
}

/** Maps and hashes the new rows of a page. Writes nothing. */
export function prepareRows(
  run: RunRow,
  rows: readonly PageRow[],
  reading: Reading,
  isVolatile: IsVolatile,
): PreparedRow[] {
  const source = changeSource(run.kind, run.round);
  return rows.map((row) => ({
    row,
    customer:
      row.id === null ? null : prepareCustomer(row.id, row.row, reading, source, isVolatile),
  }));
}

/** @param outcomes of the stored customers, by WooCommerce id */
export function completeRows(
  policy: RetryPolicy,
  rows: readonly PreparedRow[],
  outcomes: ReadonlyMap<number, StoreOutcome>,
): CompletedRow[] {
  return rows.map(({ row, customer }) => ({
    row,
    customer,
    result: customer && outcomeOf(policy, 1, customer, outcomes),
  }));
}

/** The line of a row in its final state. */
export function toCompletedLine({ row, result }: CompletedRow): NewLine {
  if (result === null) return toNewLine(row);
  const payload = result.state === 'done' ? null : toPayload(row.row);
  return { wooCustomerId: row.id, unidentifiedRowKey: null, payload, error: null, result };
}

/** @param linesBefore number of lines of the run before this page */
export function describeRows(
  policy: RetryPolicy,
  rows: readonly CompletedRow[],
  linesBefore: number,
): ActivityEntry[] {
  return rows.flatMap(({ row, customer, result }, index) => {
    if (customer === null || result === null) return [];
    const line = { position: linesBefore + index + 1, wooCustomerId: row.id, attempts: 1 };
    return describeLines(policy, [{ line, customer }], [result]);
  });
}

/** Fills batches with the results of a page: activity is recorded by batch, whatever the page size. */
export function fillBatches(
  open: BatchCounts,
  results: readonly AttemptOutcome[],
  batchSize: number,
): { full: BatchCounts[]; open: BatchCounts } {
  const room = Math.max(1, batchSize - batchSizeOf(open));
  const current = countResults(results.slice(0, room), open);
  if (batchSizeOf(current) < batchSize) return { full: [], open: current };
  const rest = fillBatches(countResults([]), results.slice(room), batchSize);
  return { full: [current, ...rest.full], open: rest.open };
}
