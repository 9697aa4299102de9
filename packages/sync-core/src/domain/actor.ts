/** Who did it. Kept with every entry of the activity log. */
export interface Actor {
  type: 'user' | 'api_key' | 'cron' | 'webhook' | 'system';
  /** Id of the user or key; null for the system itself. */
  id: string | null;
  /** What an operator reads; null where there is no name. */
  name: string | null;
}

/** Whose behalf a call is made on. Comes from the session or key, never from a call's input. */
export interface Caller {
  orgId: string;
  actor: Actor;
}

export const SYSTEM_ACTOR: Actor = { type: 'system', id: null, name: null };
