import * as zod from 'zod/mini';
import { optional } from '../../ui/url-state.ts';

export const storeSearch = zod.object({
  /** The overview unless given. */
  tab: optional(zod.enum(['webhooks', 'schedules', 'connection', 'settings'])),
  /** The dialog that is open. */
  dialog: optional(zod.enum(['start', 'pause', 'remove'])),
  /** How many days the charts cover; 30 unless given. */
  days: optional(zod.union([zod.literal(7), zod.literal(90)])),
});
export type StoreSearch = zod.output<typeof storeSearch>;
export type StoreTab = NonNullable<StoreSearch['tab']> | 'overview';
