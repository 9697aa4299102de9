import { createHash } from 'node:crypto';
import { parseWooDate } from '../domain/parse-woo-date.ts';
import { withoutLinks } from '../domain/read-field.ts';
import { readCustomerPage } from './customer-page.ts';
import type { StoreAnswer } from './send-request.ts';

/** Rows per page of the report; WooCommerce's maximum. */
export const reportPageSize = 100;

/** A customer with an account in the store's customer report. */
export interface ActiveCustomer {
  /** The id of the account, not of the report's row. */
  wooId: number;
  /** sha256 of the report's row. */
  hash: Buffer;
  /** By the store's clock; null if the report has no date. */
  activeAt: Date | null;
}

export interface ActivePage {
  /** Without guests and duplicates. */
  customers: ActiveCustomer[];
  hasMore: boolean;
  storeDate: Date | null;
}

/** Reads page `page`, from 1, of `wc-analytics/reports/customers`. @throws WooError */
export function readActivePage(answer: StoreAnswer, now: number, page: number): ActivePage {
  const { rows, totalPages, storeDate } = readCustomerPage(answer, now);
  const customers = new Map<number, ActiveCustomer>();
  for (const row of rows) {
    const wooId = userIdOf(row);
    if (wooId === null) continue;
    const hash = createHash('sha256')
      .update(JSON.stringify(withoutLinks(row)))
      .digest();
    customers.set(wooId, { wooId, hash, activeAt: activeAtOf(row as Record<string, unknown>) });
  }
  return {
    customers: [...customers.values()],
    hasMore: rows.length === reportPageSize && (totalPages === null || page < totalPages),
    storeDate,
  };
}

function userIdOf(row: unknown): number | null {
  if (typeof row !== 'object' || row === null || !('user_id' in row)) return null;
  const id = Number(row.user_id);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

/**
 * Versions up to 11 put UTC into `date_last_active` and the store's local time into `date_last_active_gmt`; a
 * later version may swap them. The later of the two is never too early.
 */
function activeAtOf({
  date_last_active: one,
  date_last_active_gmt: other,
}: Record<string, unknown>): Date | null {
  const times = [one, other].flatMap((value) => parseWooDate(value)?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}
