/** Filter and order of the customer list; by default all active customers, newest change first. */
export interface CustomerFilter {
  q?: string;
  storeId?: string;
  role?: string;
  country?: string;
  paying?: boolean;
  status?: 'deleted' | 'all';
  sort?: 'changed_asc' | 'name' | 'name_desc';
}

/** Whether anything besides the store is filtered. */
export function isNarrow({ storeId: _storeId, sort: _sort, ...rest }: CustomerFilter): boolean {
  return Object.keys(rest).length > 0;
}

/** Address of the matching customers as a file, by store and id. */
export function exportHref(
  { sort: _sort, storeId, paying, ...texts }: CustomerFilter,
  format: 'exact' | 'spreadsheet',
): string {
  const query = new URLSearchParams({
    ...texts,
    ...(storeId !== undefined && { store: storeId }),
    ...(paying !== undefined && { paying: String(paying) }),
    ...(format === 'spreadsheet' && { format }),
  });
  const path = '/api/v1/customers/export.csv';
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
