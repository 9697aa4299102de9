import * as v from 'valibot';
import { optional } from '../../ui/url-state.ts';

export const storesSearch = v.object({
  /** The dialog that is open, and on which store. */
  dialog: optional(v.picklist(['start', 'pause'])),
  store: optional(v.string()),
  /** Which stores are shown, and in what order: the most severe first unless given. */
  health: optional(v.picklist(['needs', 'poor', 'running', 'paused', 'new', 'good'])),
  find: optional(v.string()),
  sort: optional(v.picklist(['name', 'run', 'freshness', 'customers'])),
  direction: optional(v.picklist(['asc', 'desc'])),
});
