import * as v from 'valibot';
import { optional, text, uuid } from '../../ui/url-state.ts';

export const connectSearch = v.object({
  /** The store's address as entered. */
  address: optional(text(2_000)),
  by: optional(v.picklist(['approval', 'keys'])),
  step: optional(v.picklist(['address', 'settings'])),
  name: optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  role: optional(v.pipe(v.string(), v.regex(/^[a-z0-9_-]{1,60}$/))),
  pace: optional(v.picklist(['auto', 'gentle'])),
  guests: optional(v.picklist(['off', 'on'])),
  schedules: optional(v.picklist(['quarter_hourly', 'hourly', 'nightly', 'none'])),
  zone: optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  scope: optional(v.picklist(['read', 'read_write'])),
  /** The authorization, and the store's `success` parameter as it redirects back: 0 for denied. */
  grant: optional(uuid),
  success: optional(v.pipe(v.number(), v.integer())),
});
