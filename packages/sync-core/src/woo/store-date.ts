/** The store's own clock, by the Date header of its answer; null where it does not say. */
export function readStoreDate(header: string | null): Date | null {
  const at = Date.parse(header ?? '');
  return Number.isNaN(at) ? null : new Date(at);
}
