import { createHash } from 'node:crypto';
import { parseWooDate } from '../domain/parse-woo-date.ts';
import { readCustomerPage } from './customer-page.ts';
import type { StoreAnswer } from './send-request.ts';

/** Rows of the report on a page; WooCommerce's own limit. */
export const reportPageSize = 100;

/** A customer with an account, as the store's report of customers knows them. */
export interface ActiveCustomer {
  /** The id of the account, which is not the report's own. */
  wooId: number;
  /** sha256 of what the report says. */
  hash: Buffer;
  /** By the store's clock; null where the report does not say. */
  activeAt: Date | null;
}

export interface ActivePage {
  /** Without guests, each once. */
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
 * Versions up to 11 call UTC `date_last_active` and the shop's own time `date_last_active_gmt`; should one
 * put this right, the names change places. The later of the two is never too early.
 */
function activeAtOf({
  date_last_active: one,
  date_last_active_gmt: other,
}: Record<string, unknown>): Date | null {
  const times = [one, other].flatMap((value) => parseWooDate(value)?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}

function withoutLinks(row: unknown): unknown {
  return Object.fromEntries(Object.entries(row as object).filter(([name]) => name !== '_links'));
}
