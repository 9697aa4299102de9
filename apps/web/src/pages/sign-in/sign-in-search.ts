import * as v from 'valibot';
import { optional } from '../../ui/url-state.ts';

/** A path of this site, never another one. */
const pathSchema = v.pipe(v.string(), v.regex(/^\/(?![/\\])/));

export const signInSearch = v.object({
  redirect: optional(pathSchema),
  /** Why a sign-in link failed. */
  error: optional(v.string()),
  notice: optional(v.literal('password-set')),
});

/** The secret of the link. */
export const resetPasswordSearch = v.object({ token: optional(v.string()) });

export const indexSearch = v.object({ error: optional(v.string()) });
