import { storesQuery } from './queries.ts';
import { queryClient, trpc, type Store } from './trpc.ts';

/** Writes a store from a response into the cache, then reloads all stores, since others may have changed. */
export function setStoreInCache(store: Store): void {
  queryClient.setQueryData(storesQuery().queryKey, (stores) =>
    stores?.some(({ id }) => id === store.id)
      ? stores.map((known) => (known.id === store.id ? store : known))
      : [...(stores ?? []), store],
  );
  void queryClient.invalidateQueries(trpc.store.pathFilter());
}
