import { createHash } from 'node:crypto';
import { type BatchCounts, batchSizeOf, countResults } from '../../domain/batch-counts.ts';
import type { Reading } from '../../domain/choose-answer.ts';
import { rowId } from '../../domain/customer-mapping.ts';
import { toOperatorMessage } from '../../domain/operator-message.ts';
import { withoutLinks } from '../../domain/read-field.ts';
import type { RetryPolicy } from '../../domain/retry-policy.ts';
import { changeSource } from '../../domain/run-kind.ts';
import type { IsVolatile } from '../../domain/volatile-meta.ts';
import type { PageRow, WalkState } from '../../domain/walk.ts';
import type { ActivityEntry } from '../../sql/activity.ts';
import type { StoredVersion } from '../../sql/customers.ts';
import type { AttemptOutcome, NewLine } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { WooError } from '../../woo/woo-error.ts';
import { describeLine } from '../processing/describe-lines.ts';
import { type PreparedCustomer, prepareCustomer } from '../processing/prepare-customer.ts';
import { outcomeOf, type StoreOutcome } from '../processing/store-customers.ts';

/** A new row of a page: its line, and the customer that the row was mapped to. */
export interface RowLine extends NewLine {
  /** Null for a row without a usable id: it fails without an attempt. */
  customer: PreparedCustomer | null;
}

/** The rows of a response, each with its id. */
export function toPageRows(rows: readonly unknown[]): PageRow[] {
  return rows.map((row) => ({ id: rowId(row), row }));
}

/** The lines of new rows. A row without a usable id becomes one failed line. */
export function toNewLines(rows: readonly PageRow[]): NewLine[] {
  return rows.map(toNewLine);
}

function toNewLine({ id, row }: PageRow): NewLine {
  if (id !== null)
    return { wooCustomerId: id, unidentifiedRowKey: null, payload: row, error: null };
  return {
    wooCustomerId: null,
    unidentifiedRowKey: `row:${createHash('sha256')
      .update(JSON.stringify(withoutLinks(row)) ?? '')
      .digest('hex')}`,
    payload: row,
    error: {
      code: 'bad_id',
      message:
        'The store sent a customer whose id is not a positive whole number. Check the record in the store.',
    },
  };
}

/** The line of a record that the store cannot serve. @param error of the request for it */
export function toUnreadableLine(walk: WalkState, error: WooError): NewLine {
  const place = walk.lastId === 0 ? 'its first customer' : `the customer after id ${walk.lastId}`;
  return {
    wooCustomerId: null,
    unidentifiedRowKey: `behind:${walk.lastId}:${walk.offset}`,
    payload: null,
    error: {
      code: 'unreadable_record',
      message: `The store always fails to return ${place}: ${toOperatorMessage(error)}`,
    },
  };
}

/**
 * Maps and hashes the new rows of a page that differ from what is stored. Writes nothing.
 *
 * @param stored by WooCommerce id
 */
export function prepareRows(
  run: RunRow,
  rows: readonly PageRow[],
  reading: Reading,
  isVolatile: IsVolatile,
  stored: ReadonlyMap<number, StoredVersion>,
): RowLine[] {
  const source = changeSource(run.kind, run.round);
  return rows.map(({ id, row }) => ({
    ...toNewLine({ id, row }),
    customer:
      id === null ? null : prepareCustomer(id, row, reading, source, isVolatile, stored.get(id)),
  }));
}

/** @param outcomes of the stored customers, by WooCommerce id */
export function completeRows(
  policy: RetryPolicy,
  lines: readonly RowLine[],
  outcomes: ReadonlyMap<number, StoreOutcome>,
): RowLine[] {
  return lines.map((line) =>
    line.customer ? { ...line, result: outcomeOf(policy, 1, line.customer, outcomes) } : line,
  );
}

/** @param linesBefore number of lines of the run before this page */
export function describeRows(
  policy: RetryPolicy,
  lines: readonly RowLine[],
  linesBefore: number,
): ActivityEntry[] {
  return lines.flatMap(({ wooCustomerId, customer, result }, index) => {
    if (!customer || !result) return [];
    const place = { position: linesBefore + index + 1, wooCustomerId, attempts: 1 };
    return describeLine(policy, place, customer, result);
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
