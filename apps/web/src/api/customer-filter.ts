/** Which customers are listed, and in what order: all present ones, the newest change first, where nothing is given. */
export interface CustomerFilter {
  q?: string;
  storeId?: string;
  role?: string;
  country?: string;
  paying?: boolean;
  status?: 'deleted' | 'all';
  sort?: 'name';
}

/** Whether anything but a store narrows the list down. */
export function isNarrow({ storeId: _storeId, sort: _sort, ...rest }: CustomerFilter): boolean {
  return Object.keys(rest).length > 0;
}

/** Where the customers that a filter lets through are a file, by store and number. */
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
