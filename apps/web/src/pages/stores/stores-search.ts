import * as zod from 'zod/mini';
import { optional } from '../../ui/url-state.ts';

export const storesSearch = zod.object({
  /** The dialog that is open, and on which store. */
  dialog: optional(zod.enum(['connection', 'edit', 'pause', 'remove', 'schedules', 'webhooks'])),
  store: optional(zod.string()),
  /** Which stores are shown, and in what order: the worst first unless it says. */
  health: optional(zod.enum(['needs', 'poor', 'running', 'new', 'good'])),
  find: optional(zod.string()),
  sort: optional(zod.enum(['name', 'run', 'freshness', 'customers'])),
});
