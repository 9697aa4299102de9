/** The store's clock, from the Date header; null if there is none. */
export function readStoreDate(header: string | null): Date | null {
  const at = Date.parse(header ?? '');
  return Number.isNaN(at) ? null : new Date(at);
}
