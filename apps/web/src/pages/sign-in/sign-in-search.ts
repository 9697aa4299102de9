import * as zod from 'zod/mini';
import { optional } from '../../ui/url-state.ts';

/** A path of our own, never another site. */
const pathSchema = zod.string().check(zod.regex(/^\/(?![/\\])/));

export const signInSearch = zod.object({
  redirect: optional(pathSchema),
  /** Why a sign-in link did not work. */
  error: optional(zod.string()),
});

export const indexSearch = zod.object({ error: optional(zod.string()) });
