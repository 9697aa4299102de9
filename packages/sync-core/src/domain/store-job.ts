/** A job on a store, independent of its runs. */
export interface StoreJob {
  orgId: string;
  storeId: string;
}
