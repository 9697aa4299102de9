import * as v from 'valibot';
import type { CustomerFilter } from '../../api/customer-filter.ts';
import { optional, typed, uuid } from '../../ui/url-state.ts';

const asStoreWrites = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

export const customersSearch = v.object({
  /** The search query. */
  q: optional(typed),
  store: optional(uuid),
  role: optional(asStoreWrites),
  country: optional(asStoreWrites),
  paying: optional(v.boolean()),
  /** Active customers by default. */
  status: optional(v.picklist(['deleted', 'all'])),
  /** Newest change first by default. */
  sort: optional(v.picklist(['changed_asc', 'name', 'name_desc'])),
});
export type CustomersSearch = v.InferOutput<typeof customersSearch>;

/** The filter from the page's address. */
export function customerFilter({ store, ...search }: CustomersSearch): CustomerFilter {
  const given = Object.entries({ ...search, storeId: store });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
