import { storesQuery } from './queries.ts';
import { queryClient, trpc, type Store } from './trpc.ts';

/** Shows a store as the API has just answered it, then asks for all, as others may have changed. */
export function setStoreInCache(store: Store): void {
  queryClient.setQueryData(storesQuery().queryKey, (stores) =>
    stores?.some(({ id }) => id === store.id)
      ? stores.map((known) => (known.id === store.id ? store : known))
      : [...(stores ?? []), store],
  );
  void queryClient.invalidateQueries(trpc.store.pathFilter());
}
