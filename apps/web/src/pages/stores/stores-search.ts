import * as v from 'valibot';
import { optional } from '../../ui/url-state.ts';

/** Filter and order of stores; most severe first by default. */
export const storesView = v.object({
  health: optional(v.picklist(['needs', 'poor', 'running', 'paused', 'new', 'good'])),
  find: optional(v.string()),
  sort: optional(v.picklist(['name', 'run', 'freshness', 'customers'])),
  direction: optional(v.picklist(['asc', 'desc'])),
});

export const storesSearch = v.object({
  /** The open dialog and its store. */
  dialog: optional(v.picklist(['start', 'pause'])),
  store: optional(v.string()),
  ...storesView.entries,
});
