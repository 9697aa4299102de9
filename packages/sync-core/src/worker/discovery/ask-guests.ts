import { countOf } from '../../domain/count-words.ts';
import { mergeGuestOrders, orderModifiedAt, readGuestOrder } from '../../domain/guest-order.ts';
import {
  addGuestOrders,
  forgetErasedGuests,
  forgetGuestsWithoutOrders,
  upsertGuests,
} from '../../sql/guests.ts';
import { findFreshness, recordOrders } from '../../sql/freshness.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import type { WorkDeps } from '../job.ts';
import { spendOneRequest } from '../request-budget.ts';
import { saveFound, skipStep } from './next-step.ts';
import { type StepResult, type Walking, writeWalk } from './walking.ts';

/** Orders are sometimes filtered by the store's local time, so one day is read again. */
const OVERLAP_MS = 24 * 3_600_000;

const PAGE_SIZE = 100;

interface GuestCursor {
  offset?: number;
  /** The store's clock when the first page was read, in ISO format. */
  began?: string;
}

/**
 * Reads orders placed without an account, if guests are synced: all of them once, then those that changed;
 * deletes guests that the store has erased. Misses: an order deleted while the list is read may hide another
 * one until that changes again.
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
  const since = ordersUntil && new Date(ordersUntil.getTime() - OVERLAP_MS);
  await spendOneRequest(deps, walking.run);
  const page = await walking.store.client.listOrders({
    modifiedAfter: since,
    offset,
    perPage: PAGE_SIZE,
    signal,
  });
  const start = began ? new Date(began) : (page.storeDate ?? new Date(deps.clock()));
  const orders = page.rows.map(readGuestOrder).filter((order) => order !== null);
  const guests = mergeGuestOrders(
    orders.flatMap((order) => (order.kind === 'guest' ? order.guest : [])),
  );
  const erased = orders.flatMap((order) => (order.kind === 'erased' ? order.orderId : []));
  const isOver = page.rows.length < PAGE_SIZE || isAllBefore(page.rows, since);
  return saveFound(deps, walking, {
    lines: [],
    reading: page.reading,
    cursor: isOver ? null : { offset: offset + PAGE_SIZE, began: start.toISOString() },
    entries: [
      {
        event: 'guests.read',
        message: `Read ${countOf(page.rows.length, 'order')} of ${countOf(guests.length, 'guest')}.`,
        data: { offset },
      },
    ],
    also: async (sql) => {
      await upsertGuests(sql, { ...run, runId: run.id }, guests);
      await addGuestOrders(sql, run.storeId, guests);
      await forgetErasedGuests(sql, run.storeId, erased);
      if (isOver && since === null) await forgetGuestsWithoutOrders(sql, run.storeId);
      // Taken from the first page: later totals of a growing list are ignored.
      if (offset === 0)
        await extendRequestBudget(sql, run.id, 2 * Math.ceil((page.total ?? 0) / PAGE_SIZE));
      if (isOver) await recordOrders(sql, run, start);
    },
  });
}

/** True if everything on a page was changed earlier: the store does not filter itself. */
function isAllBefore(rows: readonly unknown[], since: Date | null): boolean {
  return (
    since !== null &&
    rows.every((row) => {
      const at = orderModifiedAt(row);
      return at !== null && at < since;
    })
  );
}
