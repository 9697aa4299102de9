import * as zod from 'zod/mini';
import { optional, text } from '../../ui/url-state.ts';

export const connectSearch = zod.object({
  /** The shop's, as it was typed. */
  address: optional(text(2_000)),
  by: optional(zod.enum(['shop', 'keys'])),
  step: optional(zod.enum(['address', 'settings'])),
  name: optional(zod.string().check(zod.minLength(1), zod.maxLength(200))),
  role: optional(zod.string().check(zod.regex(/^[a-z0-9_-]{1,60}$/))),
  pace: optional(zod.enum(['auto', 'gentle'])),
  guests: optional(zod.enum(['off', 'on'])),
  schedules: optional(zod.enum(['quarter_hourly', 'hourly', 'nightly', 'none'])),
  zone: optional(zod.string().check(zod.minLength(1), zod.maxLength(64))),
  scope: optional(zod.enum(['read', 'read_write'])),
  /** What was begun at the shop, and its page's word as it sends the browser back: 0 for no. */
  grant: optional(zod.uuid()),
  success: optional(zod.int()),
});
