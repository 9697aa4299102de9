import type { MappedMeta } from './customer-mapping.ts';

/**
 * Meta data that changes with every visit or login. It is stored, but a change of it alone does not count as a
 * change of the customer. A trailing `*` matches any suffix.
 */
export const VOLATILE_META_KEYS: readonly string[] = [
  'wc_last_active',
  'last_update',
  'session_tokens',
  '_woocommerce_persistent_cart*',
  '_woocommerce_load_saved_cart_after_login',
  '_woocommerce_tracks_anon_id',
  'last_login*',
  'wp_last_login',
  'wfls-last-login',
  'when_last_login*',
  'last_activity',
  '_last_activity',
  'community-events-location',
];

/** Which meta data is ignored in comparisons. */
export type IsVolatile = (key: string) => boolean;

/** @param more keys added by an organisation, in the form of `VOLATILE_META_KEYS` */
export function volatileKeys(more: readonly string[] = []): IsVolatile {
  const all = [...VOLATILE_META_KEYS, ...more];
  const exact = new Set(all.filter((key) => !key.endsWith('*')));
  const starts = all.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
  return (key) => exact.has(key) || starts.some((start) => key.startsWith(start));
}

/** Meta data by key, without volatile keys and without ids, which plugins renumber. */
export function lastingMeta(
  metaData: readonly MappedMeta[],
  isVolatile: IsVolatile,
): { key: string; value: unknown }[] {
  return metaData
    .filter(({ key }) => !isVolatile(key))
    .map(({ key, value }) => ({ key, value }))
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}
