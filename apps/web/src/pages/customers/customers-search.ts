import * as v from 'valibot';
import type { CustomerFilter } from '../../api/customer-filter.ts';
import { optional, typed, uuid } from '../../ui/url-state.ts';

const asStoreWrites = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

export const customersSearch = v.object({
  /** What was typed into the search. */
  q: optional(typed),
  store: optional(uuid),
  role: optional(asStoreWrites),
  country: optional(asStoreWrites),
  paying: optional(v.boolean()),
  /** Those that the store still has unless it says. */
  status: optional(v.picklist(['deleted', 'all'])),
  /** The newest change first unless it says. */
  sort: optional(v.picklist(['name'])),
});
export type CustomersSearch = v.InferOutput<typeof customersSearch>;

/** What the list of customers asks for. */
export function customerFilter({ store, ...search }: CustomersSearch): CustomerFilter {
  const given = Object.entries({ ...search, storeId: store });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
