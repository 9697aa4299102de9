import * as zod from 'zod/mini';
import type { CustomerFilter } from '../../api/customer-filter.ts';
import { optional, typed } from '../../ui/url-state.ts';

const asStoreWrites = zod.string().check(zod.minLength(1), zod.maxLength(100));

export const customersSearch = zod.object({
  /** What was typed into the search. */
  q: optional(typed),
  store: optional(zod.uuid()),
  role: optional(asStoreWrites),
  country: optional(asStoreWrites),
  paying: optional(zod.boolean()),
  /** Those that the store still has unless it says. */
  status: optional(zod.enum(['deleted', 'all'])),
  /** The newest change first unless it says. */
  sort: optional(zod.enum(['name'])),
});
export type CustomersSearch = zod.output<typeof customersSearch>;

/** What the list of customers asks for. */
export function customerFilter({ store, ...search }: CustomersSearch): CustomerFilter {
  const given = Object.entries({ ...search, storeId: store });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
