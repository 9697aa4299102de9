import * as v from 'valibot';
import { optional } from '../../ui/url-state.ts';

export const storeSearch = v.object({
  /** The overview by default. */
  tab: optional(v.picklist(['webhooks', 'schedules', 'connection', 'activity', 'settings'])),
  /** The open dialog. */
  dialog: optional(v.picklist(['start', 'pause', 'remove'])),
});
export type StoreSearch = v.InferOutput<typeof storeSearch>;
export type StoreTab = NonNullable<StoreSearch['tab']> | 'overview';
