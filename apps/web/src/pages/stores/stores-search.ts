import * as zod from 'zod/mini';
import { optional } from '../../ui/url-state.ts';

export const storesSearch = zod.object({
  /** The dialog that is open, and on which store. */
  dialog: optional(zod.enum(['start', 'pause'])),
  store: optional(zod.string()),
  /** Which stores are shown, and in what order: the most severe first unless given. */
  health: optional(zod.enum(['needs', 'poor', 'running', 'paused', 'new', 'good'])),
  find: optional(zod.string()),
  sort: optional(zod.enum(['name', 'run', 'freshness', 'customers'])),
  direction: optional(zod.enum(['asc', 'desc'])),
});
