import { createHash } from 'node:crypto';
import { toOperatorMessage } from '../../domain/operator-message.ts';
import { rowId } from '../../domain/customer-mapping.ts';
import type { PageRow, WalkState } from '../../domain/walk.ts';
import type { NewLine } from '../../sql/lines.ts';
import type { WooError } from '../../woo/woo-error.ts';

/** The rows of a response, each with its id. */
export function toPageRows(rows: readonly unknown[]): PageRow[] {
  return rows.map((row) => ({ id: rowId(row), row }));
}

/** The lines of new rows. A row without a usable id becomes one failed line. */
export function toNewLines(rows: readonly PageRow[]): NewLine[] {
  return rows.map(toNewLine);
}

export function toNewLine({ id, row }: PageRow): NewLine {
  const payload = toPayload(row);
  if (id !== null) return { wooCustomerId: id, unidentifiedRowKey: null, payload, error: null };
  return {
    wooCustomerId: null,
    unidentifiedRowKey: `row:${createHash('sha256')
      .update(JSON.stringify(payload) ?? '')
      .digest('hex')}`,
    payload,
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

/** The stored part of a row: hypermedia links are a quarter of a row and describe nothing of the customer. */
export function toPayload(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || !('_links' in row)) return row;
  const { _links, ...rest } = row;
  return rest;
}
