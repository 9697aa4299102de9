/** Who performed an action; recorded with every activity entry. */
export interface Actor {
  type: 'user' | 'api_key' | 'cron' | 'webhook' | 'system';
  /** Id of the user or key; null for the system itself. */
  id: string | null;
  /** Display name; null where there is none. */
  name: string | null;
}

/** The tenant and actor of a call. Taken from the session or key, never from the input. */
export interface Caller {
  orgId: string;
  actor: Actor;
}

export const SYSTEM_ACTOR: Actor = { type: 'system', id: null, name: null };
