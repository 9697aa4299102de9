import * as v from 'valibot';
import { optional } from '../../ui/url-state.ts';

export const storeSearch = v.object({
  /** The overview unless given. */
  tab: optional(v.picklist(['webhooks', 'schedules', 'connection', 'activity', 'settings'])),
  /** The dialog that is open. */
  dialog: optional(v.picklist(['start', 'pause', 'remove'])),
});
export type StoreSearch = v.InferOutput<typeof storeSearch>;
export type StoreTab = NonNullable<StoreSearch['tab']> | 'overview';
