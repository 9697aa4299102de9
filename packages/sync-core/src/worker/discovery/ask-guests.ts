import { mergeGuestOrders, parseGuestOrder } from '../../domain/guest-order.ts';
import { upsertGuests } from '../../sql/customers.ts';
import { findFreshness, recordOrders } from '../../sql/freshness.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import type { WorkDeps } from '../job.ts';
import { saveFound, skipStep } from './next-step.ts';
import { spendOrThrow } from './spend.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Orders are filtered by the shop's own clock in places, so a day is read again. */
const OVERLAP_MS = 24 * 3_600_000;

const PAGE_SIZE = 100;

interface GuestCursor {
  offset?: number;
  /** The store's clock when the first page was read, in ISO format. */
  began?: string;
}

/**
 * Reads the orders of people without an account, where the store keeps guests: all of them once, then
 * those that changed. What it misses: an order that is deleted for good while the list is read may hide
 * another one until that is next changed.
 */
export async function askGuests(
  deps: WorkDeps,
  walking: Walking,
  signal: AbortSignal,
): Promise<StepResult> {
  const { run } = walking;
  if (run.settings.guests === 'off') return skipStep(deps, walking);
  const { offset = 0, began } = walking.cursor as GuestCursor;
  const { ordersUntil } = await writeWalk(deps, run.orgId, (sql) =>
    findFreshness(sql, run.storeId),
  );
  await spendOrThrow(deps, walking);
  const page = await walking.store.client.listOrders({
    modifiedAfter: ordersUntil && new Date(ordersUntil.getTime() - OVERLAP_MS),
    offset,
    perPage: PAGE_SIZE,
    signal,
  });
  const start = began ? new Date(began) : (page.storeDate ?? new Date(deps.clock()));
  const guests = mergeGuestOrders(page.rows.map(parseGuestOrder).filter((order) => order !== null));
  const isOver = page.rows.length < PAGE_SIZE;
  return saveFound(deps, walking, {
    lines: [],
    reading: page.reading,
    cursor: isOver ? null : { offset: offset + PAGE_SIZE, began: start.toISOString() },
    entries: [
      {
        event: 'guests.read',
        message: `Read ${page.rows.length} orders, of ${guests.length} guests.`,
        data: { offset },
      },
    ],
    also: async (sql) => {
      await upsertGuests(sql, { ...run, runId: run.id }, guests);
      // Said once, with the first page: what a growing list says later is not believed.
      if (offset === 0)
        await extendRequestBudget(sql, run.id, 2 * Math.ceil((page.total ?? 0) / PAGE_SIZE));
      if (isOver) await recordOrders(sql, run, start);
    },
  });
}
