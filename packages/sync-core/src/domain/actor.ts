import { z } from 'zod';

export const ACTOR_TYPES = ['user', 'api_key', 'cron', 'webhook', 'system'] as const;

/** Who performed an action; recorded with every activity entry. */
export const actorSchema = z.object({
  type: z.enum(ACTOR_TYPES),
  /** Id of the user or key; null for the system itself. */
  id: z.string().nullable(),
  /** Display name; null where there is none. */
  name: z.string().nullable(),
});

export type Actor = z.infer<typeof actorSchema>;

/** The tenant and actor of a call. Taken from the session or key, never from the input. */
export interface Caller {
  orgId: string;
  actor: Actor;
}

export const SYSTEM_ACTOR: Actor = { type: 'system', id: null, name: null };
